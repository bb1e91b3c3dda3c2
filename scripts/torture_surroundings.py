"""The surroundings of the daemon in a round of scripts/torture.py: a disk that can be filled, a clock that can be moved."""
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


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
    """Starts this program again where it may mount; returns if it already may, and exits with the reason if it cannot."""
    if os.environ.get("PAPERROUND_MAY_MOUNT"):
        return
    namespace = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    if subprocess.run([*namespace, "mount", "-t", "tmpfs", "paperround", "/mnt"], check=False).returncode != 0:
        raise SystemExit("torture: a full disk needs a small tmpfs, and this user may not mount one: run it as root")
    os.environ["PAPERROUND_MAY_MOUNT"] = "1"
    os.execvp(namespace[0], [*namespace, *argv])


class MovedClock:
    """Stands between the daemon and the system's clocks (scripts/torture_clock.c), and moves them while it runs."""

    def __init__(self, folder):
        self.shim, self.offsets = folder / "clock.so", folder / "clock"
        self.wall = self.boot = 0  # seconds ahead
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", self.shim, HERE / "torture_clock.c", "-ldl"], check=True)
        self.move()

    def environment(self):
        sanitizer = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        return {"LD_PRELOAD": str(self.shim), "CLOCK_OFFSETS": str(self.offsets), "ASAN_OPTIONS": sanitizer}

    def move(self, wall=0, boot=0):
        """Moves the wall clock by so many seconds; and the boot-time clock, which only a suspension moves."""
        self.wall, self.boot = self.wall + wall, self.boot + boot
        fresh = self.offsets.with_suffix(".new")
        fresh.write_text(f"{self.wall} {self.boot}\n")
        fresh.replace(self.offsets)
