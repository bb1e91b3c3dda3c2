"""The ordeal `replaced` of scripts/torture.py: somebody replaces the files of the daemon's database.

One of these exchanges is chosen at random:
  backup   a copy taken a moment ago is moved into place, -wal and -shm are removed: what was sent since then is sent again
  twins    paperround.db alone, or all three files, by copies of themselves, made and moved while the daemon is stopped
  no-shm   the -shm is removed: the next start makes it anew
  no-wal   everything is in paperround.db, and -wal and -shm are removed
Except by the first, nothing is lost: what the sink accepted is recorded there, or in doubt, or claimed.
"""
import collections
import os
import pathlib
import shutil
import signal
import sqlite3
import tempfile
import time

EX_IOERR = 74  # the daemon's own exit code
QUEUED, SENDING, SENT = 0, 1, 5
BESIDE = ("-wal", "-shm")
SAID = "replaced or removed while they were open"


def replaced(round_):
    round_.await_ready()
    round_.eventually(round_.fanned_out, 0.05)  # otherwise the copy would plan the mailing anew, under another key
    way = round_.chance.choice([backup, twin, twins, without_shm, without_wal])
    database = round_.daemon.folder / "data" / "paperround.db"
    said = round_.daemon.said(SAID)
    way(round_, database)
    # Two processes that do not share a -shm and write the same -wal would damage it.
    at_once = way is not without_shm and round_.chance.random() < 0.5
    leaving = leave(round_, database) if at_once else []
    status = round_.await_end()
    if status != EX_IOERR:
        round_.breaches.append(f"{way.__name__}: the daemon ended with {status} rather than {EX_IOERR}")
    if round_.daemon.said(SAID) == said:
        round_.breaches.append(f"{way.__name__}: the daemon did not say that its database was replaced")
    copies = round_.sink.books().accepted
    unknown = not_on_record(database, copies, leaving)
    news = collections.Counter({reader: copies for reader, copies in unknown.items() if copies > round_.sent_again[reader]})
    if way is backup:
        round_.sent_again |= news
    elif news:
        round_.breaches.append(f"{way.__name__}: accepted, and neither recorded, claimed nor in doubt: {news}")
    if not at_once:
        leaving = leave(round_, database)
    for reader in leaving:
        round_.left[reader] = copies[reader]
    round_.kills += 1  # claimed deliveries are in doubt then
    round_.daemon.start()


def backup(round_, database):
    copy = database.with_suffix(".backup")
    source, target = sqlite3.connect(database, timeout=20), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    sent = round_.sink.total
    until = time.monotonic() + 1
    while round_.sink.total < sent + 200 and time.monotonic() < until:
        time.sleep(0.005)
    for end in BESIDE:
        pathlib.Path(f"{database}{end}").unlink(missing_ok=True)
    copy.replace(database)


def twin(round_, database):
    with Standstill(round_.daemon.process.pid):
        exchange(database)


def twins(round_, database):
    with Standstill(round_.daemon.process.pid):
        for end in ("", *BESIDE):
            exchange(pathlib.Path(f"{database}{end}"))


def without_shm(round_, database):
    with Standstill(round_.daemon.process.pid):
        pathlib.Path(f"{database}-shm").unlink()


def without_wal(round_, database):
    """Removes -wal and -shm when a checkpoint has moved everything into the database."""
    connection = sqlite3.connect(database, timeout=5, isolation_level=None)
    while True:
        with Standstill(round_.daemon.process.pid):
            connection.execute("PRAGMA busy_timeout = 100")
            busy, in_log, moved = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
            if not busy and in_log == moved:
                for end in BESIDE:
                    pathlib.Path(f"{database}{end}").unlink()
                break
        time.sleep(0.02)
    connection.close()


def exchange(file):
    copy = file.with_name(file.name + ".copy")
    shutil.copy2(file, copy)
    copy.replace(file)


class Standstill:
    """The process is stopped while the `with` block lasts."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)
        while pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
            time.sleep(0.001)

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)


def leave(round_, database):
    """Up to three of the readers who, by the present database, have got nothing, and whose turn is last."""
    connection = sqlite3.connect(database, timeout=20)
    waiting = connection.execute(
        f"SELECT recipient FROM deliveries WHERE state = {QUEUED} ORDER BY id DESC LIMIT 3").fetchall()
    connection.close()
    for (reader,) in waiting:
        round_.daemon.command("subscribers", "remove", reader)
    return [reader for (reader,) in waiting]


def not_on_record(database, copies, leaving):
    """The number of each reader's copies that the present database does not know: it will send another."""
    unknown = {}
    with tempfile.TemporaryDirectory() as scratch:  # opening the files themselves would repair them
        copy = pathlib.Path(scratch) / database.name
        for end in ("", "-wal"):
            if os.path.exists(f"{database}{end}"):
                shutil.copyfile(f"{database}{end}", f"{copy}{end}")
        connection = sqlite3.connect(copy)
        for reader, state, doubts in connection.execute("SELECT recipient, state, doubts FROM deliveries"):
            known = doubts + (state in (SENDING, SENT))
            if copies[reader] > known and reader not in leaving:
                unknown[reader] = copies[reader] - known
        connection.close()
    return unknown
