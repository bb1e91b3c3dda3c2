"""The measurements, each a function that returns rows of (what, target, measured values, unit, how it is judged)."""
import contextlib
import dataclasses
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import bounces
import scene
from rows import Row, repeated, say
from scene import MESSAGE_BYTES, PAPERROUND, ROOT, TOOLS, Scene, delayed, sink, timed


@dataclasses.dataclass
class Sizes:
    runs: int
    messages: int      # of the comparison with smtp-source
    signed: int        # of each kind of signature
    distant: int       # of our messages over the slow wire
    slow_disk: int
    many: int          # subscribers of the large newsletter
    few: int           # and of the small one that it is compared with
    watched: int       # deliveries of the large queue over which its rate is measured
    reports: int       # that lie in a mailbox
    leaving: int       # subscribers of the mailing during which readers leave
    leaving_for: int   # seconds


def smtp_source(port, messages, octets, connections=20):
    return timed(["smtp-source", "-d", "-s", str(connections), "-m", str(messages), "-l", str(octets),
                  "-f", "bench@example.org", "-t", "reader@example.net", f"127.0.0.1:{port}"])


def speed(sizes, folder):
    say(f"{sizes.messages} unsigned deliveries beside smtp-source")
    queue = Scene(folder / "speed", sizes.messages)
    queue.fan_out()
    octets = queue.message_octets()

    def once():
        queue.requeue()
        with sink() as port:
            source_wall, source_cpu = smtp_source(port, sizes.messages, octets)
            wall, cpu = queue.send_all(port)
        queue.requeue()
        with sink() as port:
            within_wall, within_cpu = queue.send_all(port, pipelining="within")
        return (source_wall / wall, sizes.messages / wall, sizes.messages / source_wall,
                cpu / sizes.messages * 1e6, source_cpu / sizes.messages * 1e6,
                sizes.messages / within_wall, within_cpu / sizes.messages * 1e6)

    ratio, ours, theirs, cpu, source_cpu, within, within_cpu = repeated(sizes.runs, once)
    return [Row("rate, unsigned, over smtp-source's", ratio, least=1.2),
            Row("rate, unsigned", ours, "/s"), Row("smtp-source's rate", theirs, "/s"),
            Row("CPU per delivery, unsigned", cpu, "µs", most=70), Row("smtp-source's CPU per message", source_cpu, "µs"),
            Row("rate, unsigned, with pipelining: within", within, "/s"),
            Row("CPU per delivery, unsigned, with pipelining: within", within_cpu, "µs"),
            Row("size of a message", [octets], "octets")]


def signatures(folder):
    """Configuration for each kind of signature; {} if this build cannot sign."""
    extras = {}
    kinds = {"Ed25519 alone": ["ed25519"], "RSA-2048": ["rsa"], "both": ["rsa", "ed25519"]}
    for name, types in kinds.items():
        entries = []
        for kind in types:
            key = folder / f"{kind}.pem"
            if not key.exists():
                made = subprocess.run([PAPERROUND, "dkim-key", "example.org", "--type", kind, "--selector", kind,
                                       "--out", key], capture_output=True, check=False)
                if made.returncode != 0:
                    return {}
            entries.append(f"{{selector: {kind}, key_file: {key}}}")
        extras[name] = f"dkim: {{example.org: [{', '.join(entries)}]}}"
    return extras


def signing(sizes, folder):
    say(f"{sizes.signed} signed deliveries of each kind")
    queue = Scene(folder / "signing", sizes.signed)
    queue.fan_out()
    rows = []
    for (name, extra), most in zip(signatures(folder).items(), (130, 400, 460)):
        def once(extra=extra):
            queue.requeue()
            with sink() as port:
                wall, cpu = queue.send_all(port, extra=extra)
            return cpu / sizes.signed * 1e6, sizes.signed / wall
        cpu, rate = repeated(sizes.runs, once)
        rows += [Row(f"CPU per delivery, {name}", cpu, "µs", most=most), Row(f"rate, {name}", rate, "/s")]
    return rows


def nodemailer(sizes, folder):
    say("beside nodemailer's pool")
    place = ROOT / "build" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "node_modules" / "nodemailer").exists():
        timed(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", place, "nodemailer@6"])
    script = ROOT / "scripts" / "bench" / "nodemailer.js"
    environment = dict(os.environ, NODE_PATH=str(place / "node_modules"))
    messages = sizes.signed // 4
    queue = Scene(folder / "nodemailer", sizes.signed)
    queue.fan_out()
    rows = []
    for name, extra, key, least in (("unsigned", "", [], 8), ("RSA-2048", None, [folder / "rsa.pem"], 6)):
        if extra is None:
            extra = signatures(folder).get("RSA-2048")
            if not extra:
                continue

        def once(extra=extra, key=key):
            queue.requeue()
            with sink() as port:
                theirs = timed(["node", script, str(port), "20", str(messages), str(MESSAGE_BYTES), *key],
                               env=environment)[0] / messages
                ours = queue.send_all(port, extra=extra)[0] / sizes.signed
            return theirs / ours, 1 / theirs
        ratio, rate = repeated(sizes.runs, once)
        rows += [Row(f"rate, {name}, over nodemailer's", ratio, least=least), Row(f"nodemailer's rate, {name}", rate, "/s")]
    return rows


def distance(sizes, folder):
    say("over a wire of 25 ms each way, beside libcurl's own SMTP upload")
    queue = Scene(folder / "distance", sizes.distant)
    queue.fan_out()
    octets, messages = queue.message_octets(), sizes.distant // 4

    def once():
        queue.requeue()
        with sink() as near, delayed(near, 25) as port:
            theirs = timed([TOOLS / "curl_upload", str(port), "20", str(messages), str(octets)])[0] / messages
            ours = queue.send_all(port)[0] / sizes.distant
            queue.requeue()
            within = queue.send_all(port, pipelining="within")[0] / sizes.distant
        return theirs / ours, 1 / ours, 1 / within, 1 / theirs
    ratio, ours, within, theirs = repeated(sizes.runs, once)
    return [Row("rate at 50 ms round trip, over libcurl's upload", ratio, least=3),
            Row("rate at 50 ms round trip", ours, "/s"),
            Row("rate at 50 ms round trip, with pipelining: within", within, "/s"),
            Row("libcurl's upload at 50 ms round trip", theirs, "/s")]


ROUND_TRIPS = (10, 100, 300)  # milliseconds
CONNECTIONS = (1, 10, 20)
TRIPS = {"within": 2, "across": 1}  # round trips that a message waits for


@dataclasses.dataclass
class DistantRow(Row):
    """One cell of the table of rates at a distance."""
    round_trip: int = 0
    connections: int = 0
    pipelining: str = ""


def distant(sizes, folder):
    """Each row takes two or three seconds, whatever the distance, and is measured once: all of them together end within a minute
    and a half."""
    say("relays at a distance")
    seconds = 2
    fewest = 5  # messages over each connection
    rounds = {(trip, way): max(fewest, round(seconds * 1000 / (trip * trips)))
              for trip in ROUND_TRIPS for way, trips in TRIPS.items()}
    # The messages that are left at the end keep every connection busy until then.
    queue = Scene(folder / "distant", max(CONNECTIONS) * (max(rounds.values()) + 2 * fewest))
    queue.fan_out()
    rows = []
    for trip in ROUND_TRIPS:
        for count in CONNECTIONS:
            for way in TRIPS:
                queue.requeue()
                with sink() as near, delayed(near, trip // 2) as port:
                    # From the second round of messages on, since not every connection is open in the first.
                    rate, _ = queue.rate(port, 2 * count, count * (2 + rounds[trip, way]), connections=count,
                                         pipelining=way)
                say(f"  {trip} ms, {count} connections, {way}: {rate:.3g} /s")
                rows.append(DistantRow(f"rate at {trip} ms round trip, {count} connections, {way}", [rate], "/s",
                                       round_trip=trip, connections=count, pipelining=way))
    return rows


def slow_disk(sizes, folder):
    say("with slow syncs")
    queue = Scene(folder / "slow_disk", sizes.slow_disk)
    queue.fan_out()

    def send(milliseconds):
        queue.requeue()
        environment = dict(os.environ)
        if milliseconds:
            environment |= {"LD_PRELOAD": str(TOOLS / "libslow_sync.so"), "SLOW_SYNC_MS": str(milliseconds)}
        with sink() as port:
            return queue.send_all(port, env=environment)[0]

    def once():
        unhindered = send(0)
        return unhindered / send(3), unhindered / send(10)
    three, ten = repeated(sizes.runs, once)
    return [Row("rate with 3 ms added to each sync", three, least=0.7),
            Row("rate with 10 ms added to each sync", ten, least=0.35)]


class LockProbe:
    """Another writer: its longest wait for its turn, asking as often as it is called."""

    def __init__(self, database):
        self.database = sqlite3.connect(database, isolation_level=None, timeout=0)
        self.waiting_since, self.longest = None, 0.0

    def __call__(self):
        now = time.monotonic()
        try:
            self.database.execute("BEGIN IMMEDIATE")
            self.database.execute("ROLLBACK")
        except sqlite3.OperationalError:
            self.waiting_since = self.waiting_since or now
            return
        if self.waiting_since:
            self.longest = max(self.longest, now - self.waiting_since)
        self.waiting_since = None


def bare_insert(source, folder):
    """Seconds of INSERT … SELECT into the same table with the same indexes, in one transaction."""
    copy = folder / "bare.db"
    for suffix in ("", "-wal"):
        if (original := source.with_name(source.name + suffix)).exists():
            shutil.copy(original, f"{copy}{suffix}")
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = FULL")
        began = time.monotonic()
        database.execute("INSERT INTO deliveries (mailing_id, subscriber_id, recipient, state, due) "
                         "SELECT 1, p.subscriber_id, s.address, 0, 0 FROM subscriptions p "
                         "CROSS JOIN subscribers s ON s.id = p.subscriber_id "
                         "WHERE p.newsletter = 'bench' AND p.state = 'active' ORDER BY p.subscriber_id")
        seconds = time.monotonic() - began
    for leftover in folder.glob("bare.db*"):
        leftover.unlink()
    return seconds


def fan_out(sizes, folder, queue):
    """One run to all subscribers; the queue stays."""
    say(f"fan-out to {sizes.many} subscribers")
    bare = bare_insert(queue.database, folder)
    probe = LockProbe(queue.database)
    seconds, _ = queue.fan_out(probe)
    say(f"  {seconds:.1f} s, bare INSERT {bare:.1f} s, longest wait of another writer {probe.longest * 1e3:.0f} ms")
    return [Row("fan-out over a bare INSERT … SELECT", [seconds / bare], most=4),
            Row("fan-out", [sizes.many / seconds], "/s"),
            Row("longest wait of another writer", [probe.longest * 1e3], "ms", most=100)]


def many(sizes, folder):
    rows = []
    limited = "domains: {large.example: {rate: 1/s}}"
    queue = Scene(folder / "many", sizes.many, lambda n: "large.example" if n % 5 < 3 else "example.net")
    rows += fan_out(sizes, folder, queue)
    alone = Scene(folder / "alone", sizes.many * 2 // 5)  # the others, without the domain that will be limited
    alone.fan_out()
    small = Scene(folder / "few", sizes.few)
    small.fan_out()
    first, last = sizes.watched // 10, sizes.watched

    def once():
        queue.requeue()
        with sink() as port:
            unhindered, memory = queue.rate(port, first, last)
        queue.requeue()
        with sink() as port:
            others, limited_memory = queue.rate(port, first, last, extra=limited)
        alone.requeue()
        with sink() as port:
            undisturbed, _ = alone.rate(port, first, last)
        small.requeue()
        with sink() as port:
            short, small_memory = small.rate(port, sizes.few // 10, sizes.few * 9 // 10)
        return (others / undisturbed, others / unhindered, max(memory, limited_memory), memory / small_memory,
                short / unhindered)
    say("a large queue, its limits and its memory")
    others, of_all, memory, growth, slower = repeated(sizes.runs, once)
    return rows + [Row("rate of the others while 60 % wait for a limited domain, over theirs alone", others, least=0.9),
                   Row("the same over the rate of all without a limit", of_all),
                   Row(f"peak memory, {sizes.many} subscribers", memory, "MiB", most=96),
                   Row(f"the same over {sizes.few} subscribers", growth, most=1.3),
                   Row(f"time per delivery, {sizes.many} queued over {sizes.few}", slower, most=1.2)]


def first_mail(sizes, folder):
    """Seconds from the start of a mailing to its first recorded attempt, before anybody is fanned out."""
    say(f"the first mail of {sizes.many}")
    queue = Scene(folder / "first", sizes.many)

    def once():
        with sink() as port, contextlib.closing(sqlite3.connect(queue.database, isolation_level=None)) as database:
            queue.configure(port)
            queue.publish(f"Post {time.monotonic_ns()}")
            before = database.execute("SELECT coalesce(max(id), 0) FROM mailings").fetchone()[0]
            daemon = scene.Daemon(queue)
            while not (found := database.execute(
                    "SELECT min(a.at) - m.created FROM mailings m JOIN deliveries d ON d.mailing_id = m.id "
                    "JOIN attempts a ON a.delivery_id = d.id WHERE m.id > ?", (before,)).fetchone())[0]:
                time.sleep(0.02)
            daemon.stop()
            database.execute("UPDATE mailings SET state = 4, pending = 0, finished = 1 WHERE state < 4")
        return (found[0] / 1e3,)
    seconds, = repeated(sizes.runs, once)
    return [Row("from a mailing's start to its first mail", seconds, "s", most=1)]


LEAVING_RATE = 2000  # a second


def leaving(sizes, folder):
    say(f"readers who leave during a mailing to {sizes.leaving}")
    queue = Scene(folder / "leaving", sizes.leaving)
    queue.fan_out()
    tokens, script = folder / "tokens", ROOT / "scripts" / "bench" / "one_click.lua"
    with tokens.open("w") as lines:
        readers = subprocess.run([TOOLS / "sign_links", queue.folder / "data", "bench", str(sizes.leaving)],
                                 capture_output=True, text=True, check=True).stdout.split()
        random.Random(1).shuffle(readers)  # those who had the mail already, and those who wait for it
        lines.write("\n".join(readers))
    seconds, first = sizes.leaving_for, sizes.leaving // 50

    def leave():
        ended = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-s", script,
                                f"http://127.0.0.1:{queue.http}", "--", tokens, str(LEAVING_RATE)],
                               capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in ended or "Socket errors" in ended:
            sys.exit(f"bench: not every reader was told that he has left:\n{ended}")
        slowest = re.search(r"99%\s+([\d.]+)(ms|s|us)", ended)
        return (int(re.search(r"(\d+) requests in", ended)[1]),
                float(slowest[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[slowest[2]])

    def once():
        with sink() as port:
            queue.requeue()
            alone, _ = queue.rate_beside(port, first, lambda: time.sleep(seconds))
            queue.requeue()
            beside, (answered, slowest) = queue.rate_beside(port, first, leave)
        with queue.opened() as database:
            left = queue.ask(database, "SELECT count(*) FROM subscriptions WHERE state = 'left'")
        if left < answered:
            sys.exit(f"bench: {answered} readers were told that they have left, and {left} have")
        return beside / alone, answered / seconds, beside, alone, slowest
    ratio, left, beside, alone, slowest = repeated(sizes.runs, once)
    return [Row("rate of a mailing during which readers leave, over its rate alone", ratio, least=0.8),
            Row("readers who leave by one click meanwhile", left, "/s", least=0.99 * LEAVING_RATE),
            Row("rate of the mailing", beside, "/s"), Row("its rate alone", alone, "/s"),
            Row("99 of 100 are answered within", slowest, "ms")]


ALL = {"speed": speed, "signing": signing, "nodemailer": nodemailer, "distance": distance, "distant": distant, "slow-disk": slow_disk,
       "first-mail": first_mail, "leaving": leaving, "many": many, "bounces": bounces.bounces}


def run(names, sizes):
    with tempfile.TemporaryDirectory(prefix="paperround-bench-", dir=os.environ.get("BENCH_DIR")) as name:
        folder = scene.pathlib.Path(name)
        rows = {}
        for each in names:
            rows[each] = ALL[each](sizes, folder)
            for leftover in folder.iterdir():
                if leftover.is_dir():
                    shutil.rmtree(leftover)
        return rows
