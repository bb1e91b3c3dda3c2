#!/usr/bin/python3
"""Kills the daemon, or disturbs it, again and again: scripts/torture.py [ROUNDS [ORDEAL]].

Each round: a fresh data directory, MESSAGES deliveries (5000) to a sink that refuses, defers, hangs up and stalls
(scripts/torture_sink.py), and a daemon that meets its ordeal one to three times at random moments:
  kill        killed and started again (the default)
  stop        it, or the sink, gets SIGSTOP and later SIGCONT
  full-disk   its disk (a small tmpfs) is full for a while; in one of three cases it is killed then as well
  unwritable  a stop or a reload comes while the disk is full, or just before
  suspended   days pass while readers are greylisted: it is switched off, killed or suspended, or the clock is set
  reload      SIGHUP, once or a hundred times a second, while dots are answered late
  replaced    its database is replaced by a copy, or -wal and -shm are removed; readers leave in the present database
When nothing waits any more, the sink's books are compared with the daemon's:
  lost        neither accepted by the sink, nor refused by it, nor held and named in doubt: must be 0
  duplicates  accepted more than once: at most one for each connection and kill (where the disk is full or the database replaced, which
              the flight recorder may not know of, doubt_window for each kill), and one for each dot the sink left unanswered;
              each under its own Message-ID again, and named in_doubt in the delivery log. An older copy of the database
              sends again only what it does not know
  left        readers who left are not mailed afterwards
The invariants of tests/support/invariants are asked after each kill and at the end.
Exit status 1 on any breach. SEED=N repeats a run (the first round's seed; the others follow); PAPERROUND names the program.
"""
import collections
import contextlib
import json
import os
import pathlib
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from torture_ordeals import EXACT, NEED_CLOCK, NEED_DISK, ORDEALS, TEMPERS
from torture_sink import Sink
from torture_surroundings import MovedClock, SmallDisk, enter_namespace
from torture_verdict import broken_invariants, hold_against_each_other

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAPERROUND = ROOT / os.environ.get("PAPERROUND", "build/release/paperround")
DOUBT_WINDOW = 60
ROUND_LIMIT = 300  # seconds
FINAL_DOT = 2      # seconds, the relay's time-out
CONNECTIONS = 10
READY = ">ready: "

CONFIG = """\
data_dir: {folder}/data
http: {{listen: "127.0.0.1:{web}"}}
public_url: http://127.0.0.1:{web}
doubt_window: {window}
retry: {{first: 500ms, most: 1s}}
newsletters:
  torture:
    title: Torture
    from: "Torture <torture@example.org>"
    postal_address: "1 High Street, Anytown"
    sources:
      - {{folder: {folder}/posts, every: 1s, backlog: 1}}
relays:
  sink:
    url: "smtp://127.0.0.1:{port}"
    tls: never
    connections: {connections}
    timeouts: {{connect: 5s, mail: 5s, rcpt: 5s, data: 5s, block: 5s, final_dot: {final_dot}s}}
"""


def free_port():
    """A port below Linux's ephemeral ports, so that no outgoing connection takes it meanwhile."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(10_000, 32_000)))
            return probe.getsockname()[1]


class Daemon:
    """One data directory, its configuration, and the process that serves it."""

    def __init__(self, folder, port, messages, environment):
        self.folder, self.config, self.process = folder, folder / "config.yaml", None
        self.environment = environment  # additional variables of the daemon
        self.ready_before = 0  # how often it had said so before its last start
        (folder / "journal").touch()
        self.config.write_text(CONFIG.format(folder=folder, web=free_port(), port=port, window=DOUBT_WINDOW,
                                             connections=CONNECTIONS, final_dot=FINAL_DOT))
        (folder / "posts").mkdir()
        (folder / "posts" / "post.md").write_text("---\ntitle: Seven stones\ndate: 2025-11-01\n---\n"
                                                  + "Everybody has a favourite.\n" * 40)
        readers = folder / "readers.csv"
        readers.write_text("email\n" + "".join(f"reader{n}@example.net\n" for n in range(messages)))
        self.command("subscribers", "import", "torture", readers)

    def command(self, *words):
        done = subprocess.run([PAPERROUND, "--config", self.config, *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"paperround {' '.join(map(str, words))} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def listing(self, *words):
        return [json.loads(line) for line in self.command(*words, "--json").splitlines()]

    def start(self):
        self.ready_before = self.said(READY)
        with open(self.folder / "journal", "ab") as journal:
            self.process = subprocess.Popen([PAPERROUND, "--config", self.config, "run"], stdin=subprocess.DEVNULL,
                                            stdout=journal, stderr=journal, env={**os.environ, **self.environment})

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=60)

    def said(self, words):
        """How often the journal says so."""
        return (self.folder / "journal").read_text().count(words)

    def ready(self):
        return self.said(READY) > self.ready_before

    def settled(self, messages):
        mailings = self.listing("mailings")
        return len(mailings) == 1 and mailings[0]["deliveries"] == messages and mailings[0]["waiting"] == 0


class Round:
    """One running round: what the ordeals act on, and what they leave behind."""

    def __init__(self, daemon, sink, disk, clock, chance, messages):
        self.daemon, self.sink, self.disk, self.clock, self.chance = daemon, sink, disk, clock, chance
        self.window, self.final_dot, self.connections, self.messages = DOUBT_WINDOW, FINAL_DOT, CONNECTIONS, messages
        # A flight recorder knows what was under way at a kill: it has its room, and the database is the one that it tells of.
        self.recorded = True
        self.deadline = time.monotonic() + ROUND_LIMIT
        self.met_at, self.kills, self.allowed, self.breaches = [], 0, 0, []
        self.exact = False  # only an unanswered dot may leave a doubt
        self.left = {}      # readers who left, and the copies that they had got by then
        self.sent_again = collections.Counter()  # readers, and the number of copies that an older database does not know

    def allow(self, duplicates):
        self.allowed += duplicates

    def eventually(self, condition, pause=0.01):
        """False if the round's time is over first; the daemon must stay alive."""
        while not condition():
            if time.monotonic() > self.deadline:
                return False
            if self.daemon.process.poll() is not None:
                raise RuntimeError(f"the daemon ended by itself with {self.daemon.process.returncode}")
            time.sleep(pause)
        return True

    def await_ready(self):
        """Before it is ready a signal ends it at once."""
        self.eventually(self.daemon.ready)

    def await_end(self):
        """The status with which the daemon ends."""
        return self.daemon.process.wait(timeout=max(1, self.deadline - time.monotonic()))

    def fanned_out(self):
        mailings = self.daemon.listing("mailings")
        return len(mailings) == 1 and mailings[0]["deliveries"] == self.messages

    def await_standstill(self):
        """Waits until the sink has got nothing new for a second."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < 1:
            if self.sink.total != seen:
                seen, since = self.sink.total, time.monotonic()
            time.sleep(0.02)

    def play(self, ordeal):
        self.daemon.start()
        for moment, pause in moments_of(self.chance, self.messages):
            self.eventually(lambda moment=moment: self.sink.total >= moment, 0.001)
            time.sleep(pause)
            self.met_at.append(self.sink.total)
            kills = self.kills
            ordeal(self)
            if self.kills > kills:
                self.await_ready()
                self.breaches += broken_invariants(self.daemon.folder, at_rest=False)
        if not self.eventually(lambda: self.daemon.settled(self.messages), 0.3):
            raise RuntimeError("the round did not come to its end in time")
        self.await_ready()  # just after its start SIGTERM would kill it like any process
        status = self.daemon.stop()
        if status != 0:
            raise RuntimeError(f"the daemon did not stop in good order, but with {status}")


def moments_of(chance, messages):
    """At how many messages in the sink the ordeal comes, and how many seconds later: early, late or in the middle."""
    moments = sorted(chance.randrange(messages * 95 // 100) for _ in range(chance.randint(1, 3)))
    if chance.random() < 0.2:
        moments[0] = 0  # at the start, during the first poll or the fan-out
    return [(moment, chance.random() * (0.5 if moment == 0 else 0.05)) for moment in moments]


def run_round(number, seed, messages, ordeal):
    chance = random.Random(seed)
    began = time.monotonic()
    temper = TEMPERS.get(ordeal, "moody")
    with tempfile.TemporaryDirectory(prefix="paperround-torture-") as scratch, Sink(seed, FINAL_DOT + 0.5, temper) as sink:
        folder = pathlib.Path(scratch)
        disk = SmallDisk(folder / "data") if ordeal in NEED_DISK else None
        clock = MovedClock(folder) if ordeal in NEED_CLOCK else None
        daemon = Daemon(folder, sink.port, messages, clock.environment() if clock else {})
        played = Round(daemon, sink, disk, clock, chance, messages)
        try:
            played.recorded = ordeal not in NEED_DISK and ordeal != "replaced"
            played.play(ORDEALS[ordeal])
            played.exact = ordeal in EXACT and played.kills == 0
            figures, breaches = hold_against_each_other(played)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            journal = (folder / "journal").read_text().splitlines()
            figures, breaches = collections.Counter(), [*played.breaches, str(error), *journal[-8:]]
        finally:
            if daemon.process:
                daemon.kill()
            if disk:
                disk.close()
    print(f"round {number}: seed {seed}, {ordeal} at {', '.join(map(str, played.met_at)) or '-'}; accepted {figures['accepted']}, "
          f"refused {figures['refused']}, held {figures['held']} ({figures['held, not arrived']} of them not arrived), lost {figures['lost']}, duplicates "
          f"{figures['duplicates']} of at most {figures['bound']}, in doubt {figures['in doubt']} "
          f"({time.monotonic() - began:.0f} s)", flush=True)
    for breach in breaches[:20]:
        print(f"  BREACH: {breach}", flush=True)
    return figures, len(breaches)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else int(os.environ.get("ROUNDS", "5"))
    ordeal = sys.argv[2] if len(sys.argv) > 2 else "kill"
    if ordeal not in ORDEALS:
        sys.exit(f"torture: \"{ordeal}\" is none of {', '.join(ORDEALS)}")
    if ordeal in NEED_DISK:
        enter_namespace([sys.executable, *sys.argv])
    messages = int(os.environ.get("MESSAGES", "5000"))
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10 ** 6))
    print(f"{rounds} rounds of {messages} deliveries, {ordeal}, doubt_window {DOUBT_WINDOW}, first seed {seed}", flush=True)
    results = [run_round(number, seed + number - 1, messages, ordeal) for number in range(1, rounds + 1)]
    duplicates = [figures["duplicates"] for figures, _ in results]
    breaches = sum(count for _, count in results)
    print(f"{rounds} rounds, {ordeal} {sum(figures['ordeals'] for figures, _ in results)} times: "
          f"lost {sum(figures['lost'] for figures, _ in results)}, duplicates {statistics.median(duplicates):g} in the "
          f"median and {max(duplicates)} at most, in doubt and named {sum(f['in doubt'] for f, _ in results)}, "
          f"held {sum(figures['held'] for figures, _ in results)}, breaches {breaches}")
    sys.exit(breaches > 0)


main()
