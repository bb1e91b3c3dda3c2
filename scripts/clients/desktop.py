"""A screen without a monitor, on which one mail program runs: Xvfb, a window manager, a message bus, a home of its own."""
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

PATIENCE = 180  # seconds, for a window to come up and stand still
# So tall that a whole mail is seen without scrolling.
WIDTH, HEIGHT = 900, 6400
WINDOWS_OWN = 260  # rows, at most, that the window has above the mail
SIDES = 64  # dots, at most, that it has beside the mail

WINDOWS = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application type="normal"><decor>no</decor><maximized>yes</maximized></application>
</applications></openbox_config>
"""


class Late(Exception):
    pass


def await_that(condition, what, patience=PATIENCE):
    """What the condition returns as soon as that is true."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise Late(f"no {what} after {patience} s")
        time.sleep(0.2)
    return found


class Desktop:
    def __init__(self, home, width=WIDTH, height=HEIGHT, **surroundings):
        shutil.rmtree(home, ignore_errors=True)
        self.home, self.width, self.height = home, width, height
        self.screen = home / "runtime" / "Xvfb_screen0"
        (home / "runtime").mkdir(parents=True, mode=0o700)
        (home / "openbox.xml").write_text(WINDOWS, encoding="utf-8")
        self.log = (home / "log").open("wb")
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home / "runtime"),
                            "LANG": "C.UTF-8", "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1", **surroundings}
        self.programs = []
        reader, writer = os.pipe()
        self.start("Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-fbdir",
                   str(home / "runtime"), pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as line:
            self.environment["DISPLAY"] = ":" + line.readline().strip()
        self.start("dbus-daemon", "--session", "--nofork", f"--address=unix:path={home}/runtime/bus")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={home}/runtime/bus"
        await_that((home / "runtime" / "bus").exists, "message bus")
        self.start("openbox", "--config-file", str(home / "openbox.xml"))
        self.move_pointer_away()

    def __enter__(self):
        return self

    def __exit__(self, problem, *_):
        if problem is Late:
            self.save(self.home / "late.png")
        for program in reversed(self.programs):
            self.stop(program)
        self.end_services()
        self.log.close()

    def end_services(self):
        """What the bus or the programs have started apart from themselves: all that have this home."""
        mark = f"HOME={self.home}\0".encode()
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
            except OSError:
                pass  # it has ended

    def start(self, *command, **options):
        program = subprocess.Popen(command, env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=self.log,
                                   stderr=self.log, start_new_session=True, **options)
        self.programs.append(program)
        return program

    def stop(self, program):
        """Ends it and what it started."""
        for request in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(program.pid, request)
                program.wait(timeout=10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass

    def move_pointer_away(self):
        """Out of the picture."""
        self.run("xdotool", "mousemove", str(self.width), "0")

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=PATIENCE).stdout

    def windows(self, title):
        return set(self.run("xdotool", "search", "--onlyvisible", "--name", title).decode().split())

    def await_window(self, title):
        """The window whose title has these words, once it is there."""
        return await_that(lambda: [window for window in self.windows(".") if title in self.title(window)],
                          f"window “{title}”")[0]

    def title(self, window):
        return self.run("xdotool", "getwindowname", window).decode().rstrip("\n")

    def close(self, window, key):
        """With a key, which is pressed again as long as it is too early for it."""
        def gone():
            self.run("xdotool", "windowfocus", window, "key", key)
            time.sleep(1)
            return window not in self.windows(".")
        await_that(gone, f"end of window “{self.title(window)}”")

    def window_after(self, key):
        """The window that comes up after the key, which is pressed again as long as it is too early for it."""
        known = self.windows(".")

        def opened():
            self.run("xdotool", "key", key)
            time.sleep(1)
            return self.windows(".") - known
        return await_that(opened, f"window after {key}").pop()

    def click(self, x, y):
        self.run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def rows(self, top, bottom):
        """Of the screen, which is in the format of xwd: a header, a table of colours, rows of 4 bytes a pixel."""
        screen = self.screen.read_bytes()
        begin = len(screen) - 4 * self.width * (self.height - top)
        return screen[begin:begin + 4 * self.width * (bottom - top)]

    def place_of(self, colour, top, bottom):
        """Where the first dot of that colour is in these rows, if there is one."""
        rows = self.rows(top, bottom)
        wanted = bytes.fromhex(colour[1:])[::-1]
        for at in range(0, len(rows), 4):
            if rows[at:at + 3] == wanted:
                return at // 4 % self.width, top + at // 4 // self.width
        return None

    def shows_something(self, rows):
        """Whether there is more than one colour in them, but for what windows have at their sides."""
        line = 4 * self.width
        middle = b"".join(rows[at + 4 * SIDES:at + line - 4 * SIDES] for at in range(0, len(rows), line))
        return middle != middle[:4] * (len(middle) // 4)

    def photograph(self, target):
        """Once something is below the window's own rows, and four pictures in a row, half a second apart, are the same."""
        seen = []
        self.move_pointer_away()

        def still():
            time.sleep(0.5)
            mail = self.rows(WINDOWS_OWN, self.height)
            seen.append(hashlib.sha256(mail).digest() if self.shows_something(mail) else len(seen))
            return len(set(seen[-4:])) == 1 and len(seen) > 3
        await_that(still, f"picture that stands still for {target.name}")
        self.save(target)

    def save(self, target):
        subprocess.run(["convert", f"xwd:{self.screen}", "-quality", "10", target], check=True)
