"""What every measurement needs: a sink, a data directory with a queue, and a way to run the daemon and watch it."""
import contextlib
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAPERROUND = pathlib.Path(os.environ.get("PAPERROUND", ROOT / "build" / "release" / "paperround"))
TOOLS = ROOT / "build" / "release" / "tests" / "bench"
MESSAGE_BYTES = 8192
PARAGRAPHS = 4  # in HTML and in text; with the template's own share that makes a message of about MESSAGE_BYTES
PARAGRAPH = ("<p>The lane goes down between two hedges, and where it crosses the brook there are seven stones, of which "
             "five are steady. Everybody has a favourite; nobody has ever fallen in on the way out.</p>\n")
CONFIG = """\
data_dir: {folder}/data
public_url: http://127.0.0.1:{http}
http: {{listen: "127.0.0.1:{http}"}}
newsletters:
  bench:
    title: Bench
    from: "Bench <bench@example.org>"
    postal_address: "1 High Street, Anytown"
    sources:
      - {{folder: {folder}/posts, every: 1s}}
    relay: sink
relays:
  sink: {{url: "smtp://127.0.0.1:{port}", tls: never, connections: {connections}, pipelining: {pipelining}}}
{extra}
"""


def free_port():
    """A port below Linux's ephemeral ports, so that no outgoing connection takes it meanwhile."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(10_000, 32_000)))
            return probe.getsockname()[1]


def wait_for_port(port, process):
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            sys.exit(f"bench: {process.args[0]} does not start")
        time.sleep(0.01)


@contextlib.contextmanager
def serving(command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


def sink(*options):
    """smtp-sink, which accepts and forgets."""
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []  # it refuses to run as root
    return serving(["smtp-sink", *user, *options, f"127.0.0.1:{port}", "1000"], port)


def delayed(port, milliseconds):
    """A wire to `port` that delays every octet by so much."""
    entrance = free_port()
    return serving([TOOLS / "delay_proxy", str(entrance), str(port), str(milliseconds)], entrance)


def timed(command, **options):
    """Runs it; returns wall and CPU seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {result.returncode}:\n"
                 f"{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Daemon:
    """`paperround run` in the background; stop() returns its peak resident memory in MiB."""

    def __init__(self, scene):
        self.process = subprocess.Popen([PAPERROUND, "--config", scene.config, "run"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=(scene.folder / "daemon.log").open("w"))

    def peak(self):
        """Its peak resident memory so far, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss / 1024


class Scene:
    """A data directory with so many subscribers, and a post of about MESSAGE_BYTES for them."""

    def __init__(self, folder, subscribers, domain_of=lambda n: "example.net"):
        self.folder, self.subscribers = pathlib.Path(folder), subscribers
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "posts").mkdir(parents=True)
        self.config, self.database = self.folder / "config.yaml", self.folder / "data" / "paperround.db"
        readers = self.folder / "readers.csv"
        with readers.open("w") as lines:
            lines.write("email,name\n")
            lines.writelines(f"reader{n}@{domain_of(n)},Reader {n}\n" for n in range(subscribers))
        self.configure(free_port())
        self.import_seconds = timed([PAPERROUND, "--config", self.config, "subscribers", "import", "bench", readers])[0]
        timed([PAPERROUND, "--config", self.config, "run", "--once"])  # the first poll only records what is there: nothing
        readers.unlink()

    def configure(self, port, connections=20, extra="", pipelining="across"):
        self.http = free_port()
        self.config.write_text(CONFIG.format(folder=self.folder, port=port, connections=connections, extra=extra,
                                             pipelining=pipelining, http=self.http))

    def publish(self, title="Seven stones"):
        (self.folder / "posts" / f"{title.lower().replace(' ', '-')}.md").write_text(
            f"---\ntitle: {title}\ndate: 2025-11-01\n---\n{title}.\n\n"
            + PARAGRAPH * PARAGRAPHS)

    def message_octets(self):
        """The size of a message, which smtp-source and the others must send too."""
        return len(subprocess.run([PAPERROUND, "--config", self.config, "preview", "latest", "-n", "bench", "-f", "eml"],
                                  capture_output=True, check=True).stdout)

    def opened(self):
        database = sqlite3.connect(self.database, isolation_level=None, timeout=30)
        database.execute("PRAGMA synchronous = FULL")
        return contextlib.closing(database)

    def ask(self, database, query):
        return database.execute(query).fetchone()[0]

    def fan_out(self, watch=None, title="Seven stones"):
        """Creates every delivery with the relay out of reach; returns the seconds it took and the peak memory."""
        self.configure(free_port())
        with self.opened() as database:
            before = self.ask(database, "SELECT count(*) FROM mailings")
        self.publish(title)
        daemon, began = Daemon(self), None
        with self.opened() as database:
            while self.ask(database, "SELECT count(*) FROM mailings WHERE fan_out_done") == before:
                if began is None and self.ask(database, "SELECT count(*) FROM mailings") > before:
                    began = time.monotonic()
                if watch and began:
                    watch()
                time.sleep(0.001 if watch else 0.005)
        seconds = time.monotonic() - began if began else 0.005
        return seconds, daemon.stop()

    def requeue(self):
        """Restores the state right after the fan-out of the last mailing."""
        with self.opened() as database:
            database.execute("UPDATE deliveries SET state = 0, due = 0, attempts = 0, doubts = 0, tries = 0, shelf = 0, "
                             "waited = 0 WHERE mailing_id = (SELECT max(id) FROM mailings) "
                             "AND (state <> 0 OR due <> 0 OR shelf <> 0)")
            for table in ("attempts", "relays", "breakers"):
                database.execute(f"DELETE FROM {table}")
            database.execute("UPDATE mailings SET state = 2, finished = NULL, "
                             "pending = (SELECT count(*) FROM deliveries WHERE mailing_id = mailings.id) "
                             "WHERE id = (SELECT max(id) FROM mailings)")
            database.execute("UPDATE subscriptions SET state = 'active', ended_at = NULL WHERE state = 'left'")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def send_all(self, port, connections=20, extra="", pipelining="across", **options):
        """From queued to recorded: wall and CPU seconds of `run --once`, its start included."""
        self.configure(port, connections, extra, pipelining)
        result = timed([PAPERROUND, "--config", self.config, "run", "--once"], **options)
        with self.opened() as database:
            sent = self.ask(database, "SELECT count(*) FROM deliveries WHERE state = 5")
        if sent != self.subscribers:
            sys.exit(f"bench: {sent} of {self.subscribers} deliveries were sent")
        return result

    def rate(self, port, first, last, extra="", recipients="1", connections=20, pipelining="across"):
        """Deliveries a second between the first-th and the last-th recorded attempt; and the peak memory."""
        self.configure(port, connections, extra, pipelining)
        daemon, began = Daemon(self), None
        with self.opened() as database:
            while True:
                done = self.ask(database, f"SELECT coalesce(max(id), 0) FROM attempts WHERE {recipients}")
                if began is None and done >= first:
                    began, start = time.monotonic(), done
                if done >= last:
                    break
                time.sleep(0.005)
        rate = (done - start) / (time.monotonic() - began)
        return rate, daemon.stop()

    def rate_beside(self, port, first, work):
        """Deliveries a second while work() runs, which begins at the first-th recorded attempt; and what it returns."""
        self.configure(port)
        daemon = Daemon(self)
        with self.opened() as database:
            attempts = "SELECT coalesce(max(id), 0) FROM attempts"
            while (start := self.ask(database, attempts)) < first:
                time.sleep(0.005)
            began = time.monotonic()
            result = work()
            rate = (self.ask(database, attempts) - start) / (time.monotonic() - began)
            if self.ask(database, "SELECT count(*) FROM mailings WHERE state = 2 AND pending > 0") == 0:
                sys.exit("bench: the mailing ended before what ran beside it")
        daemon.stop()
        return rate, result
