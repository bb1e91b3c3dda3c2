#!/usr/bin/python3
"""Hostile feeds, Markdown and posts against the program: scripts/hostile.py [NAME...].

Each of scripts/hostile_inputs.py (or those whose names contain a NAME) is polled, made into a mail and sent to one reader, by a
process of its own (`run --once`). It must end within 2 s of processor time and 256 MiB, by itself, with a result: a letter that
has arrived, a post that is known and not to be sent, or a plain refusal of that post or feed. A table says what each cost.

Then they are sources of one daemon, eight at a time and each of a newsletter of its own, beside an innocent newsletter whose posts
are timed from the moment when they are put into its folder until their letter has arrived: none later than a second after the slowest
of the same daemon without the hostile sources. With all of them at once SIGTERM must end it within 5 s, in the middle of its work.

Times are judged by the machine's present speed: if scripts/yardstick.py takes longer than on the machine on which the
limits were set, the limits are longer by the same factor.

Exit status 1 on any breach. PAPERROUND names the program. FACTOR=N multiplies the figures, for a build that is slow on purpose
(sanitizers); MEMORY=0 does not judge memory.
"""
import contextlib
import os
import pathlib
import random
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

import hostile_inputs

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAPERROUND = ROOT / os.environ.get("PAPERROUND", "build/release/paperround")
FACTOR = float(os.environ.get("FACTOR", "1"))
JUDGE_MEMORY = os.environ.get("MEMORY", "1") != "0"
CPU_LIMIT = 2.0 * FACTOR        # seconds
MEMORY_LIMIT = 256              # MiB
DELAY_LIMIT = 1.0 * FACTOR      # seconds
TERM_LIMIT = 5.0 * FACTOR       # seconds
WALL_LIMIT = 60 * FACTOR        # seconds; after that the program hangs
INNOCENT_POSTS = 4
AT_ONCE = 8                     # hostile newsletters beside the innocent one
TRIES = 3                       # of a measurement that was too slow
YARDSTICK = 0.68                # seconds that scripts/yardstick.py took where the limits were set
LONG_AGO = 1_767_312_000        # modification time of files that are complete

CONFIG = """\
data_dir: {folder}/data
http: {{listen: "127.0.0.1:{web}"}}
public_url: https://news.example.org
newsletters:
{newsletters}
relays:
  sink: {{url: "smtp://127.0.0.1:{port}", tls: never, connections: 4}}
"""
NEWSLETTER = """\
  {name}:
    title: {name}
    from: "{name} <notes@example.org>"
    postal_address: "1 High Street, Anytown"
    sources: [{{{source}, every: {every}, backlog: 1}}]
"""


def slowness():
    """How many times slower this machine is now than the one on which the limits were set; at least 1."""
    told = subprocess.run([sys.executable, ROOT / "scripts/yardstick.py"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return max(1.0, float(told.stdout) / YARDSTICK)


class Sink(socketserver.ThreadingTCPServer):
    """Accepts every message, and records its subject, size and time of arrival."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.port = self.server_address[1]
        self.arrived = {}  # recipient and subject: (time, octets)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a client hung up


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 sink ESMTP\r\n")
        recipient = ""
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-sink\r\n250-SIZE 50000000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n")
            elif verb == b"DATA":
                self.wfile.write(b"354 go\r\n")
                self.take(recipient)
                self.wfile.write(b"250 2.0.0 kept\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 2.0.0 bye\r\n")
                return
            else:
                if verb == b"RCPT":
                    recipient = line.decode("ascii", "replace").split("<")[-1].split(">")[0]
                self.wfile.write(b"250 2.1.0 ok\r\n")

    def take(self, recipient):
        subject, size = "", 0
        for line in self.rfile:
            if line == b".\r\n":
                break
            size += len(line)
            if line.startswith(b"Subject: ") and not subject:
                subject = line[9:].strip().decode("ascii", "replace")
        self.server.arrived[recipient, subject] = (time.monotonic(), size)


def free_port():
    """A port below Linux's ephemeral ports, so that no outgoing connection takes it meanwhile."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(10_000, 32_000)))
            return probe.getsockname()[1]


def write(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    os.utime(file, (LONG_AGO, LONG_AGO))


class Place:
    """A data directory, its newsletters, and one reader of each."""

    def __init__(self, folder, sink):
        self.folder, self.sink, self.newsletters = folder, sink, {}
        self.config = folder / "config.yaml"

    def add(self, name, source, every="10m"):
        self.newsletters[name] = NEWSLETTER.format(name=name, source=source, every=every)

    def add_hostile(self, name, kind, content):
        if kind == "markdown":
            write(self.folder / name / "hostile.md", content)
            self.add(name, f"folder: {self.folder / name}")
        else:
            write(self.folder / name / "feed.xml", content)
            self.add(name, f'feed: "file://{self.folder / name}/feed.xml"')

    def prepare(self):
        self.config.write_text(CONFIG.format(folder=self.folder, web=free_port(), port=self.sink.port,
                                             newsletters="".join(self.newsletters.values())))
        for name in self.newsletters:
            readers = self.folder / "readers.csv"
            readers.write_text(f"email\n{name}@example.net\n")
            subprocess.run([PAPERROUND, "--config", self.config, "subscribers", "import", name, readers], check=True,
                           stdin=subprocess.DEVNULL, capture_output=True)

    def start(self, *words):
        journal = open(self.folder / "journal", "wb")
        with journal:
            return subprocess.Popen([PAPERROUND, "--config", self.config, "run", *words], stdin=subprocess.DEVNULL,
                                    stdout=journal, stderr=journal)

    def journal(self):
        return (self.folder / "journal").read_text(errors="replace")


def wait_measured(process):
    """Its exit status, its processor time in seconds, and its peak memory in MiB."""
    deadline = time.monotonic() + WALL_LIMIT
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        if time.monotonic() > deadline:
            process.kill()
            deadline = float("inf")
        time.sleep(0.005)


def result_of(place, status):
    """The result in words, and whether it is an acceptable one."""
    for (_, _), (_, size) in place.sink.arrived.items():
        return f"mailed, {size // 1024} KiB", True
    # A line of the journal names newsletter and place, and then says why. The last line is the mailing's.
    told = [line for line in place.journal().splitlines() if line[:3] in ("<3>", "<4>")]
    if told and status in (0, 69):  # 69: the mailing is paused
        reason = told[-1].split("hostile/feed.xml: ")[-1].split("hostile.md:")[-1].split("cannot render ")[-1]
        return "refused: " + reason.split("; ")[0][:90], True
    return ("nothing to send", True) if status == 0 else (f"ended with {status}: {place.journal()[-100:]}", False)


def run_once(kind, content):
    """The result in words, whether it is acceptable, the exit status, seconds of processor time, and MiB."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        place = Place(pathlib.Path(folder), Sink())
        place.add_hostile("hostile", kind, content)
        place.prepare()
        status, seconds, memory = wait_measured(place.start("--once"))
        result, sound = result_of(place, status)
        place.sink.shutdown()
    return result, sound, status, seconds, memory


def measure(kind, name, make, breaches):
    content = make()
    result, sound, status, seconds, memory = run_once(kind, content)
    # The same work takes more processor time when other processes use the caches and the other half of a core: the minimum
    # counts.
    for _ in range(TRIES):
        if seconds <= CPU_LIMIT or not sound:
            break
        seconds = min(seconds, run_once(kind, content)[3] / slowness())
    wrong = [words for words, is_so in ((f"more than {CPU_LIMIT:g} s", seconds > CPU_LIMIT),
                                        (f"more than {MEMORY_LIMIT} MiB", JUDGE_MEMORY and memory > MEMORY_LIMIT),
                                        ("killed: it did not end", status == -9), ("no sound end", not sound)) if is_so]
    print(f"{kind:8} {name:42} {len(content) / 1024:7.0f} KiB {seconds:6.2f} s {memory:5.0f} MiB  {result}"
          + ("   <-- " + ", ".join(wrong) if wrong else ""), flush=True)
    breaches += [f"{kind}: {name}: {words}" for words in wrong]


def await_true(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def innocent_delays(place, process):
    """Puts posts into the innocent newsletter's folder, one after another, and measures how long each letter took."""
    delays = []
    for number in range(INNOCENT_POSTS):
        title = f"Innocent-{number}"
        write(place.folder / "innocent" / f"{number}.md", f"---\ntitle: {title}\n---\n\nNothing to see here.\n")
        begun = time.monotonic()
        key = ("innocent@example.net", title)
        if not await_true(lambda key=key: key in place.sink.arrived or process.poll() is not None, 60) or process.poll() is not None:
            return delays + [float("inf")]
        delays.append(place.sink.arrived[key][0] - begun)
        time.sleep(random.uniform(0, 0.5))
    return delays


@contextlib.contextmanager
def service(inputs):
    """A daemon whose innocent source has had its first look; then a reload adds the hostile sources."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        place = Place(pathlib.Path(folder), Sink())
        write(place.folder / "innocent" / "old.md", "---\ntitle: Old\n---\n\nOld.\n")
        place.add("innocent", f"folder: {place.folder / 'innocent'}", "1s")
        place.prepare()
        subprocess.run([PAPERROUND, "--config", place.config, "run", "--once"], stdin=subprocess.DEVNULL,
                       capture_output=True, check=True)
        for number, (kind, make) in enumerate(inputs):
            place.add_hostile(f"h{number}", kind, make())
        place.prepare()
        process = place.start()
        try:
            yield place, process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            place.sink.shutdown()


def beside_an_innocent_one(inputs, breaches):
    limit = DELAY_LIMIT * slowness()
    with service([]) as (place, process):
        alone = max(innocent_delays(place, process))
    worst, came = 0, 0
    for begin in range(0, len(inputs), AT_ONCE):
        # On a machine that is busy with something else letters are late too: measure once more.
        for _ in range(TRIES):
            with service(inputs[begin:begin + AT_ONCE]) as (place, process):
                delay = max(innocent_delays(place, process))
                mailed = sum(1 for recipient, _ in place.sink.arrived if recipient.startswith("h"))
            if delay <= alone + limit:
                break
        came += mailed
        worst = max(worst, delay)
        if delay > alone + limit:
            breaches.append(f"an innocent letter came {delay - alone:.2f} s later beside the hostile inputs from {begin} on")
    print(f"\nThe innocent newsletter's letters took at most {alone:.2f} s alone, and {worst:.2f} s beside hostile sources, "
          f"{AT_ONCE} at a time ({came} of which had been mailed by then).")


def stopped_in_the_middle(inputs, breaches):
    worst, limit = 0, TERM_LIMIT * slowness()
    for after in (0.3, 1.0, 2.5):
        with service(inputs) as (_, process):
            time.sleep(after)
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)
            took = time.monotonic() - begun
            worst = max(worst, took)
            if process.returncode != 0:
                breaches.append(f"SIGTERM after {after} s: it ended with {process.returncode} after {took:.1f} s")
    print(f"SIGTERM in the middle ended it within {worst:.2f} s.")
    if worst > limit:
        breaches.append(f"SIGTERM was obeyed after {worst:.1f} s")


def main():
    wanted = sys.argv[1:]
    tables = (("feed", hostile_inputs.FEEDS), ("markdown", hostile_inputs.MARKDOWN), ("post", hostile_inputs.POSTS))
    chosen = [(kind, name, make) for kind, table in tables for name, make in table.items()
              if not wanted or any(word in f"{kind}: {name}" for word in wanted)]
    breaches = []
    for kind, name, make in chosen:
        measure(kind, name, make, breaches)
    inputs = [(kind, make) for kind, _, make in chosen]
    if inputs:
        beside_an_innocent_one(inputs, breaches)
        stopped_in_the_middle(inputs, breaches)
    print(f"\n{len(chosen)} hostile inputs, {len(breaches)} breaches.")
    for breach in breaches:
        print("breach: " + breach)
    return 1 if breaches or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
