#!/usr/bin/python3
"""Deliveries a second: scripts/bench.py [MESSAGES].

Two senders hand the same number of messages of the same size to the same sink, Postfix's smtp-sink:
  yardstick   Postfix's smtp-source: no queue, no disk, one text for all
  paperround  `run --once` with an empty outbox and one new post: poll, fan-out, one composed message for each
              subscriber, SMTP, and every outcome committed with fsync (SQLite WAL, synchronous=FULL)
Environment: RUNS (5), CONNECTIONS (10), BENCH_DIR (where the database stands; a new folder in /tmp).
Prints medians. CPU is the sender's own, user and system, for each message; the sink's is not counted.
"""
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAPERROUND = ROOT / "build" / "release" / "paperround"
MESSAGE_BYTES = 8192
PARAGRAPH = ("<p>The lane goes down between two hedges, and where it crosses the brook there are seven stones, of which "
             "five are steady. Everybody has a favourite; nobody has ever fallen in on the way out.</p>\n")

CONFIG = """\
data_dir: {folder}/data
public_url: http://127.0.0.1:8025
newsletters:
  bench:
    title: Bench
    from: "Bench <bench@example.org>"
    postal_address: "1 High Street, Anytown"
    sources:
      - folder: {folder}/posts
    schedule: immediately
    relay: sink
relays:
  sink: {{url: "smtp://127.0.0.1:{port}", tls: never, connections: {connections}}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """smtp-sink, which accepts and forgets."""

    def __enter__(self):
        self.port = free_port()
        user = ["-u", "nobody"] if os.getuid() == 0 else []  # it refuses to run as root
        self.process = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{self.port}", "1000"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if self.process.poll() is not None:
                sys.exit("bench: smtp-sink does not start")
            time.sleep(0.01)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def timed(command):
    """Runs it; returns wall and CPU seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {result.returncode}:\n"
                 f"{result.stdout}{result.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_yardstick(messages, connections):
    with Sink() as sink:
        return timed(["smtp-source", "-d", "-s", str(connections), "-m", str(messages), "-l", str(MESSAGE_BYTES),
                      "-f", "bench@example.org", "-t", "reader@example.net", f"127.0.0.1:{sink.port}"])


def run_paperround(messages, connections, folder):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "posts").mkdir(parents=True)
    config = folder / "config.yaml"
    readers = folder / "readers.csv"
    readers.write_text("email,name\n" + "".join(f"reader{n}@example.net,Reader {n}\n" for n in range(messages)))
    command = [PAPERROUND, "--config", config]
    with Sink() as sink:
        config.write_text(CONFIG.format(folder=folder, port=sink.port, connections=connections))
        timed([*command, "subscribers", "import", "bench", readers])
        timed([*command, "run", "--once"])  # the first poll only records what is there: nothing
        # The HTML and the text part both hold the body: together about MESSAGE_BYTES.
        (folder / "posts" / "stones.md").write_text(
            "---\ntitle: Seven stones\ndate: 2025-11-01\n---\n" + PARAGRAPH * (MESSAGE_BYTES // 3 // len(PARAGRAPH)))
        return timed([*command, "run", "--once"])


def report(name, messages, results):
    wall = statistics.median(wall for wall, _ in results)
    cpu = statistics.median(cpu for _, cpu in results)
    print(f"{name:<11} {messages / wall:9,.0f} messages/s   {cpu / messages * 1e6:7.0f} µs of CPU a message   "
          f"(runs: {', '.join(f'{messages / each:,.0f}' for each, _ in results)})", flush=True)
    return messages / wall


def main():
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    runs, connections = int(os.environ.get("RUNS", "5")), int(os.environ.get("CONNECTIONS", "10"))
    with tempfile.TemporaryDirectory(prefix="paperround-bench-") as scratch:
        folder = pathlib.Path(os.environ.get("BENCH_DIR", scratch)) / "paperround-bench"
        print(f"{messages:,} messages of about {MESSAGE_BYTES} bytes over {connections} connections to smtp-sink on "
              f"loopback, {os.cpu_count()} cores, data in {folder.parent}, medians of {runs}", flush=True)
        yardstick, ours = [], []
        for _ in range(runs):  # in turn, so that what else the machine does meets both
            yardstick.append(run_yardstick(messages, connections))
            ours.append(run_paperround(messages, connections, folder))
        shutil.rmtree(folder, ignore_errors=True)
    ratio = 1 / report("yardstick", messages, yardstick) * report("paperround", messages, ours)
    print(f"ratio       {ratio:9.2f}")


main()
