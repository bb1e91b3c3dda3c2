#!/usr/bin/python3
"""The whole way of a post on one machine: ./dev demo [--once].

A sample site on 127.0.0.1:8000, a mail server on 127.0.0.1:2525 that files what it gets in .demo/Maildir, 200
subscribers, and the daemon with config.yaml. One post is published while the daemon runs. With --once nothing is asked,
and the exit code is 0 only if the Maildir holds exactly one message for each subscriber, about that post, and none about
the posts that were there before.
"""
import argparse
import csv
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

import magazine
import maildir

ROOT = pathlib.Path(__file__).resolve().parent.parent
STATE = ROOT / ".demo"
MAILDIR = STATE / "Maildir"
DAEMON_LOG = STATE / "daemon.log"
SUBSCRIBERS = ROOT / "demo" / "subscribers.csv"
PAPERROUND = [ROOT / "build" / "release" / "paperround", "--config", ROOT / "config.yaml"]
SITE_PORT, SMTP_PORT, WEB_PORT = 8000, 2525, 8025  # as config.yaml has them
PATIENCE = 120  # seconds for any one step; each takes a few

colourful = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def colour(code, text):
    return f"\033[{code}m{text}\033[0m" if colourful else text


def step(name, text, end="\n"):
    print(f"{colour('36', f'{name:<13}')} {text}", end=end, flush=True)


class Failed(Exception):
    pass


def refuse_busy_ports():
    for port, purpose in ((SITE_PORT, "sample site"), (SMTP_PORT, "mail server"), (WEB_PORT, "daemon's web listener")):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise Failed(f"the {purpose} needs 127.0.0.1:{port}: {error.strerror}. "
                             "End the program that has it (ss -ltnp) and start again") from error


def paperround(*arguments):
    """Runs a command to its end and returns what it printed."""
    result = subprocess.run([*PAPERROUND, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
                            text=True, timeout=PATIENCE, check=False)
    if result.returncode != 0:
        raise Failed(f"paperround {' '.join(map(str, arguments))} ended with {result.returncode}:\n"
                     f"{result.stdout}{result.stderr}")
    return result.stdout


def json_lines(*arguments):
    return [json.loads(line) for line in paperround(*arguments, "--json").splitlines()]


def start_daemon():
    """Returns once it answers on its web listener."""
    with DAEMON_LOG.open("wb") as log:
        daemon = subprocess.Popen([*PAPERROUND, "run"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def answers():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", WEB_PORT)) == 0
    try:
        await_that(answers, "the daemon's web listener", daemon)
    except BaseException:
        stop(daemon)
        raise
    return daemon


def await_that(condition, what, daemon, progress=lambda: None):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if daemon.poll() is not None:
            raise Failed(f"the daemon ended with {daemon.returncode}:\n{DAEMON_LOG.read_text(errors='replace')}")
        if time.monotonic() > deadline:
            raise Failed(f"no sign of {what} after {PATIENCE} s; the daemon's log is {DAEMON_LOG}:\n"
                         + DAEMON_LOG.read_text(errors="replace")[-2000:])
        progress()
        time.sleep(0.05)


def stop(daemon):
    """Ends it as systemd would; returns its exit code."""
    daemon.terminate()
    try:
        return daemon.wait(timeout=35)
    except subprocess.TimeoutExpired:
        daemon.kill()
        return daemon.wait()


def await_mail(daemon, expected):
    def progress():
        if colourful:
            step("delivering", f"{len(maildir.received(MAILDIR)):3} of {expected} in .demo/Maildir", end="\r")
    began = time.monotonic()
    await_that(lambda: len(maildir.received(MAILDIR)) >= expected, f"{expected} messages", daemon, progress)
    # The server has them; the replies to the last of them may still be on their way to the delivery log.
    await_that(lambda: len(json_lines("log")) >= expected, "the last replies in the delivery log", daemon)
    step("delivering", f"{expected} of {expected} in .demo/Maildir, {time.monotonic() - began:.1f} s after publication")


def show_results():
    lines = paperround("log").splitlines()
    step("delivery log", "the last three lines of `paperround --config config.yaml log`:")
    for line in lines[-3:]:
        print("    " + line)
    sample = STATE / "sample.eml"
    shutil.copyfile(min(maildir.received(MAILDIR)), sample)
    step("one of them", str(sample))


def verify(subscribers, post, back_catalogue):
    problems = maildir.check(MAILDIR, subscribers, post.title, [old.title for old in back_catalogue])
    not_accepted = [entry for entry in json_lines("log") if entry["outcome"] != "accepted"]
    problems += [f"{entry['recipient']}: the delivery log says {entry['outcome']}" for entry in not_accepted]
    if problems:
        raise Failed("\n".join(["the mail is not as it should be:", *problems[:20]]))
    step("verified", colour("32", f"one message for each of {len(subscribers)} subscribers, "
                                  f"none about the {len(back_catalogue)} older posts"))


def demo(once):
    if not PAPERROUND[0].exists():
        raise Failed(f"{PAPERROUND[0]} is missing; ./dev build makes it")
    refuse_busy_ports()
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir()
    with SUBSCRIBERS.open(encoding="utf-8", newline="") as file:
        subscribers = [row["email"] for row in csv.DictReader(file)]

    site = magazine.Magazine(STATE / "site", f"http://127.0.0.1:{SITE_PORT}")
    back_catalogue = list(site.published)
    magazine.serve(site.folder, SITE_PORT)
    step("site", f"http://127.0.0.1:{SITE_PORT}/ with {len(back_catalogue)} posts, in feed.xml and atom.xml")
    maildir.serve(MAILDIR, SMTP_PORT)
    step("mail server", f"127.0.0.1:{SMTP_PORT}, files mail in .demo/Maildir")

    paperround("subscribers", "import", "notes", SUBSCRIBERS)
    step("subscribers", f"{len(subscribers)} imported from demo/subscribers.csv")
    paperround("run", "--once")
    found = len(json_lines("posts"))
    step("first poll", f"{found} posts found and recorded, none mailed: nobody gets the back catalogue")
    if found != len(back_catalogue) or maildir.received(MAILDIR):
        raise Failed(f"the first poll should have found {len(back_catalogue)} posts and mailed none; "
                     f"it found {found} and mailed {len(maildir.received(MAILDIR))}")

    daemon = start_daemon()
    try:
        step("daemon", f"process {daemon.pid}, polls every 2 s, log in .demo/daemon.log")
        post = site.publish()
        step("published", f"“{post.title}”")
        await_mail(daemon, len(subscribers))
        show_results()
        if not once:
            step("now", "read the mail, follow its unsubscribe link, or in another terminal try\n"
                        "    build/release/paperround --config config.yaml mailings\n"
                        "Ctrl-C ends the demo.")
            daemon.wait()
    except KeyboardInterrupt:
        print()
    finally:
        status = stop(daemon)
    if status != 0:
        raise Failed(f"the daemon ended with {status}:\n{DAEMON_LOG.read_text(errors='replace')[-2000:]}")
    if once:
        verify(subscribers, post, back_catalogue)


def main():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__.split("\n\n", maxsplit=1)[1])
    parser.add_argument("--once", action="store_true", help="run unattended, and verify what arrived")
    once = parser.parse_args().once
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        demo(once)
    except KeyboardInterrupt:
        sys.exit(130)
    except Failed as failure:
        sys.exit(f"demo: {failure}")


main()
