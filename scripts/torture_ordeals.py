"""What a round of scripts/torture.py may do to the daemon in the middle of its work, by name.

An ordeal is called with the Round; what it lets happen beyond the promises of an undisturbed run it adds to the round's
`allowed` duplicates, and breaks of a promise it finds itself go to `breaches`.
"""
import os
import signal
import subprocess
import time

WRITE_FAILED = "nothing new is sent until it can be written"
WRITE_RESUMED = "the database can be written again"


def kill(round_):
    round_.daemon.kill()
    round_.kills += 1
    round_.daemon.start()


def stop(round_):
    """SIGSTOP of the daemon or of the sink, for less or more than the final dot's time-out, then SIGCONT."""
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
            round_.allow(round_.connections)  # dots that it takes and answers when nobody listens any more


def full_disk(round_):
    """No room is left for a while; one time in three the daemon is killed meanwhile, and started again."""
    said = round_.daemon.said(WRITE_FAILED)
    round_.disk.fill()
    if not round_.eventually(lambda: round_.daemon.said(WRITE_FAILED) > said):
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
    resumed = round_.daemon.said(WRITE_RESUMED)
    round_.disk.relieve()
    if not round_.eventually(lambda: round_.daemon.said(WRITE_RESUMED) > resumed):
        round_.breaches.append("there is room again, and the daemon does not go on")


ORDEALS = {"kill": kill, "stop": stop, "full-disk": full_disk}


class SmallDisk:
    """A tmpfs for the data directory, in a mount namespace of this process (see enter_namespace)."""

    SIZE = "64m"

    def __init__(self, folder):
        self.folder, self.ballast = folder, folder / "ballast"
        folder.mkdir(mode=0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.SIZE},mode=700", "paperround", folder], check=True)

    def fill(self):
        with open(self.ballast, "wb", buffering=0) as ballast:
            for size in (1 << 20, 1 << 12):
                try:
                    while ballast.write(b"\0" * size):
                        pass
                except OSError:  # ENOSPC
                    pass

    def relieve(self):
        self.ballast.unlink()

    def close(self):
        subprocess.run(["umount", "--lazy", self.folder], check=True)


def enter_namespace(argv):
    """Starts this program again where it may mount; returns where it may already, and says why where it cannot."""
    if os.environ.get("PAPERROUND_MAY_MOUNT"):
        return
    namespace = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    if subprocess.run([*namespace, "mount", "-t", "tmpfs", "paperround", "/mnt"], check=False).returncode != 0:
        raise SystemExit("torture: a full disk needs a small tmpfs, and this user may not mount one: run it as root")
    os.environ["PAPERROUND_MAY_MOUNT"] = "1"
    os.execvp(namespace[0], [*namespace, *argv])
