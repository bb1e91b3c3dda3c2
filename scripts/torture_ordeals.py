"""What a round of scripts/torture.py may do to the daemon in the middle of its work, by name.

An ordeal is called with the Round. Duplicates that it may cause are added to the round's `allowed`; broken promises that it
finds itself go to `breaches`.
"""
import os
import re
import signal
import time

from torture_replaced import replaced

WRITE_FAILED = "nothing new is sent until it can be written"
WRITE_RESUMED = "the database can be written again"
RELOADED = ">reloaded: "
NOT_RELOADED = ">not reloaded: "
CLOCK_SET = "the clock was set "
BLAMED = "<4>relay sink: "


def kill(round_):
    round_.daemon.kill()
    round_.kills += 1
    round_.daemon.start()


def stop(round_):
    """SIGSTOP to the daemon or the sink, for less or more than the final dot's time-out, then SIGCONT."""
    pause = round_.chance.choice([0.3, round_.final_dot + 1])
    if round_.chance.random() < 0.5:
        os.kill(round_.daemon.process.pid, signal.SIGSTOP)
        time.sleep(pause)
        os.kill(round_.daemon.process.pid, signal.SIGCONT)
    else:
        round_.sink.stop()
        time.sleep(pause)
        round_.sink.go_on()
        if pause > round_.final_dot:
            round_.allow(round_.connections)  # dots that it accepts and answers when nobody listens any more


def full_disk(round_):
    """The disk is full for a while; in one of three cases the daemon is killed meanwhile, and started again."""
    round_.await_ready()  # a daemon that starts on a full disk ends, to be started again
    failed, resumed = round_.daemon.said(WRITE_FAILED), round_.daemon.said(WRITE_RESUMED)
    round_.disk.fill()
    if not round_.eventually(lambda: round_.daemon.said(WRITE_FAILED) > failed):
        round_.breaches.append("the disk is full, and the daemon did not say so")
    sent = round_.sink.total
    round_.await_standstill()
    if round_.sink.total - sent > round_.window:
        round_.breaches.append(f"{round_.sink.total - sent} messages were sent after the disk was full")
    if round_.chance.random() < 1 / 3:
        round_.daemon.kill()
        round_.kills += 1
        round_.disk.relieve()
        round_.daemon.start()
        return
    round_.disk.relieve()
    # An idle daemon's small commit may find room at the start of the -wal while the disk is full: it goes on then already.
    if not round_.eventually(lambda: round_.daemon.said(WRITE_RESUMED) - resumed >= round_.daemon.said(WRITE_FAILED) - failed):
        round_.breaches.append("there is room again, and the daemon does not go on")


def unwritable(round_):
    """A stop or a reload comes while nothing can be written, or just before; then there is room again."""
    round_.await_ready()
    if round_.chance.random() < 0.5:
        stop_unwritable(round_)
    else:
        reload_unwritable(round_)


def take_the_room(round_, order):
    """Fills the disk and sends the signal to the daemon, in either order. Returns whether the disk was filled first."""
    disk_first = round_.chance.random() < 0.6
    if not disk_first:
        round_.daemon.signal(order)
    said = round_.daemon.said(WRITE_FAILED)
    round_.disk.fill()
    if disk_first:
        # Near the end there may be nothing left to write.
        until = time.monotonic() + 5
        round_.eventually(lambda: round_.daemon.said(WRITE_FAILED) > said or time.monotonic() > until)
        round_.daemon.signal(order)
    return disk_first


def stop_unwritable(round_):
    take_the_room(round_, signal.SIGTERM)
    time.sleep(round_.final_dot)  # the last transaction has ended
    round_.disk.relieve()
    status = round_.await_end()
    if status != 0:
        round_.breaches.append(f"there was room again within the drain, and the stop ended with {status}")
    round_.daemon.start()


def reload_unwritable(round_):
    """The reload must be refused, unless the little that it writes still finds room; then it must lose nothing."""
    done = round_.daemon.said(NOT_RELOADED) + round_.daemon.said(RELOADED)
    if take_the_room(round_, signal.SIGHUP):
        if not round_.eventually(lambda: round_.daemon.said(NOT_RELOADED) + round_.daemon.said(RELOADED) > done):
            round_.breaches.append("a reload was neither made nor refused while the disk was full")
    else:
        time.sleep(round_.final_dot)
    round_.disk.relieve()
    reloaded = round_.daemon.said(RELOADED)
    round_.daemon.signal(signal.SIGHUP)
    if not round_.eventually(lambda: round_.daemon.said(RELOADED) > reloaded):
        round_.breaches.append("there is room again, and the daemon does not reload")


def suspended(round_):
    """Days pass while readers are greylisted: the daemon is switched off, killed or suspended; or the clock is set."""
    round_.await_ready()
    days = round_.chance.randint(3, 9) * 86400
    way = round_.chance.choice(["off", "killed", "asleep", "set"])
    if way == "off":
        if round_.daemon.stop() != 0:
            round_.breaches.append("the daemon did not stop in good order")
    elif way == "killed":
        round_.daemon.kill()
        round_.kills += 1
    elif way == "asleep":
        round_.daemon.signal(signal.SIGSTOP)
    said = round_.daemon.said(CLOCK_SET)
    round_.clock.move(wall=days, boot=0 if way == "set" else days)
    if way == "asleep":
        round_.daemon.signal(signal.SIGCONT)
    elif way != "set":
        round_.daemon.start()
    elif not round_.eventually(lambda: round_.daemon.said(CLOCK_SET) > said):
        round_.breaches.append("the clock was set days ahead, and the daemon did not say so")


def reload(round_):
    """SIGHUP, once or a hundred times a second, with unanswered dots; it changes the number of connections."""
    round_.await_ready()
    text = round_.daemon.config.read_text()
    connections = round_.chance.choice([round_.connections, round_.connections // 3])
    round_.daemon.config.write_text(re.sub(r"connections: \d+", f"connections: {connections}", text))
    reloaded = round_.daemon.said(RELOADED)
    for _ in range(round_.chance.choice([1, 1, 300])):
        round_.daemon.signal(signal.SIGHUP)
        time.sleep(0.01)
    if not round_.eventually(lambda: round_.daemon.said(RELOADED) > reloaded):
        round_.breaches.append("the daemon did not reload")
    if round_.daemon.said(BLAMED):
        round_.breaches.append("the relay was blamed")


ORDEALS = {"kill": kill, "stop": stop, "full-disk": full_disk, "unwritable": unwritable, "suspended": suspended,
           "reload": reload, "replaced": replaced}
NEED_DISK = {"full-disk", "unwritable"}
NEED_CLOCK = {"suspended"}
TEMPERS = {"reload": "late", "suspended": "greylisting"}
# Ordeals in which only a dot that the sink left unanswered may be in doubt, unless the daemon was killed.
EXACT = {"unwritable", "suspended", "reload"}
