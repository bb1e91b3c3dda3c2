"""A virtual screen on which one mail program runs: Xvfb, a window manager, a message bus, its own home directory."""
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

PATIENCE = 180  # seconds for a window to appear and stop changing
ANSWER = 15  # seconds for a window to appear after a key that somebody was ready for
# High enough that a whole mail is visible without scrolling.
WIDTH, HEIGHT = 900, 6400
WINDOWS_OWN = 260  # most rows of the window above the mail
SIDES = 64  # most pixels beside the mail
FIRST_ROWS = 600  # each of the mails shows something within these rows

WINDOWS = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application type="normal"><decor>no</decor><maximized>yes</maximized></application>
</applications></openbox_config>
"""


class Late(Exception):
    pass


def await_that(condition, what, patience=PATIENCE):
    """Waits until the condition's result is true, and returns it."""
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
        # A window that is there before its manager gets no keys.
        self.start("openbox", "--config-file", str(home / "openbox.xml"), "--startup", f"touch {home}/runtime/managed")
        await_that((home / "runtime" / "managed").exists, "window manager")
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
        """All processes with this home, also those that the bus and the programs have started."""
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
        """Ends the program and everything that it has started."""
        for request in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(program.pid, request)
                program.wait(timeout=10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass

    def move_pointer_away(self):
        """Moves the pointer out of the picture."""
        self.run("xdotool", "mousemove", str(self.width), "0")

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=PATIENCE).stdout

    def windows(self, title):
        return set(self.run("xdotool", "search", "--onlyvisible", "--name", title).decode().split())

    def await_window(self, title):
        """The window whose title has these words, once it exists."""
        return await_that(lambda: [window for window in self.windows(".") if title in self.title(window)],
                          f"window “{title}”")[0]

    def title(self, window):
        return self.run("xdotool", "getwindowname", window).decode().rstrip("\n")

    def press_until(self, effect, what, *keys):
        """Presses keys until they have that effect, and returns it. A key that nobody was ready for is pressed again, but not
        soon: on a slow machine the first one would still act, later, and be taken for an answer to the second."""
        def answered():
            self.run("xdotool", *keys)
            deadline = time.monotonic() + ANSWER
            while not (found := effect()) and time.monotonic() < deadline:
                time.sleep(0.2)
            return found
        return await_that(answered, what)

    def window_after(self, key):
        """The window that the key opens."""
        known = self.windows(".")
        return self.press_until(lambda: self.windows(".") - known, f"window after {key}", "key", key).pop()

    def change_title(self, window, key):
        """Presses a key in the window until the window has another title."""
        before = self.title(window)
        self.press_until(lambda: self.title(window) != before, f"other title than “{before}” after {key}",
                         "windowfocus", window, "key", key)

    def click(self, x, y):
        self.run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def rows(self, top, bottom):
        """Reads the screen in the xwd format: a header, a table of colours, rows with 4 bytes per pixel."""
        screen = self.screen.read_bytes()
        begin = len(screen) - 4 * self.width * (self.height - top)
        return screen[begin:begin + 4 * self.width * (bottom - top)]

    def place_of(self, colour, top, bottom):
        """The position of the first pixel of that colour in these rows, if there is one."""
        rows = self.rows(top, bottom)
        wanted = bytes.fromhex(colour[1:])[::-1]
        for at in range(0, len(rows), 4):
            if rows[at:at + 3] == wanted:
                return at // 4 % self.width, top + at // 4 // self.width
        return None

    def shows_something(self, rows):
        """Whether these rows have more than one colour, ignoring what windows have at their sides."""
        line = 4 * self.width
        middle = b"".join(rows[at + 4 * SIDES:at + line - 4 * SIDES] for at in range(0, len(rows), line))
        return middle != middle[:4] * (len(middle) // 4)

    def photograph(self, target):
        """Waits until something is below the window's own rows, and four pictures in a row, half a second apart, are equal."""
        seen = []
        self.move_pointer_away()

        def still():
            time.sleep(0.5)
            mail = self.rows(WINDOWS_OWN, self.height)
            # Its first rows: a slow machine shows the window's lower edge long before the mail.
            begun = self.shows_something(mail[:4 * self.width * FIRST_ROWS])
            seen.append(hashlib.sha256(mail).digest() if begun else len(seen))
            return len(set(seen[-4:])) == 1 and len(seen) > 3
        await_that(still, f"picture that stands still for {target.name}")
        self.save(target)

    def save(self, target):
        subprocess.run(["convert", f"xwd:{self.screen}", "-quality", "10", target], check=True)
