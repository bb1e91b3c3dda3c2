"""Roundcube with its skin Elastic, in Chromium: each mail is in its own folder."""
import pathlib
import shutil
import socket
import subprocess
import sys

from browser import Browser
from desktop import HEIGHT, WIDTH, await_that

LOOKS = ["light", "dark", "light-blocked", "dark-blocked"]
SERVER = pathlib.Path(__file__).resolve().parent / "webmail_server.py"

SETTINGS = """<?php
$config = [
    'db_dsnw' => 'sqlite:///{home}/roundcube.db?mode=0640',
    'imap_host' => '127.0.0.1:{imap}',
    'temp_dir' => '{home}/temp',
    'log_dir' => '{home}/logs',
    'des_key' => '0123456789abcdef01234567',
    'plugins' => [],
    'language' => 'en_GB',
    'enable_installer' => false,
    'show_images' => {images},
    'session_lifetime' => 60,
];
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def prepare(home, mails, imap, look):
    shutil.rmtree(home, ignore_errors=True)
    for folder in ("roundcube", "temp", "logs", "mail"):
        (home / folder).mkdir(parents=True)
    (home / "roundcube" / "config.inc.php").write_text(
        SETTINGS.format(home=home, imap=imap, images=0 if "blocked" in look else 2), encoding="utf-8")
    for mail, file in mails.items():
        for part in ("cur", "new", "tmp"):
            (home / "mail" / f".{mail}" / part).mkdir(parents=True)
        shutil.copyfile(file, home / "mail" / f".{mail}" / "cur" / "1.mail:2,S")
    (home / "mail" / "subscriptions").write_text("".join(f"{mail}\n" for mail in mails), encoding="utf-8")


def photograph(mails, look, home, target):
    imap, web = free_port(), free_port()
    prepare(home, mails, imap, look)
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--kill-child", sys.executable, SERVER, home, str(imap),
                                   str(web)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        await_that(lambda: answers(imap) and answers(web), f"mail server (log: {home}/log)")
        with Browser(WIDTH, HEIGHT, "dark" in look) as browser:
            browser.open(f"http://127.0.0.1:{web}/")
            browser.run("document.querySelector('#rcmloginuser').value = 'reader';"
                        "document.querySelector('#rcmloginpwd').value = 'p'; document.querySelector('#login-form').submit()")
            browser.await_that("window.rcmail && rcmail.env.task == 'mail'", "login")
            for mail in mails:
                browser.open(f"http://127.0.0.1:{web}/?_task=mail&_action=show&_mbox={mail}&_uid=1")
                browser.await_that("document.readyState == 'complete' && [...document.images].every(i => i.complete)"
                                   " && document.querySelector('#messagebody').innerText.trim()", f"mail {mail}")
                browser.photograph(target(mail))
    finally:
        server.kill()  # unshare ignores SIGTERM
        server.wait()
