"""What the servers share: the folder of unpacked packages, and users and mounts that only this namespace sees."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[4]
UNPACKED = ROOT / "build/mail-servers"  # by scripts/mail-servers
USERS = {"Debian-exim": 64901, "opensmtpd": 64902, "opensmtpq": 64903, "dovecot": 64904, "dovenull": 64905, "courier": 64906}


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def add_users(folder):
    """The packages' own users, in this mount namespace."""
    lines = {"passwd": "{0}:x:{1}:{1}::/nonexistent:/usr/sbin/nologin\n", "group": "{0}:x:{1}:\n"}
    for file, line in lines.items():
        known = pathlib.Path("/etc", file).read_text()
        added = [line.format(*user) for user in USERS.items() if f"\n{user[0]}:" not in known]
        (folder / file).write_text(known + "".join(added))
        mount("--bind", folder / file, f"/etc/{file}")


def own(path, *owner):
    subprocess.run(["chown", *owner, path], check=True)


def serve(program, *arguments):
    # Does not replace this process: a server that changes its user would no longer end with `unshare`.
    sys.exit(subprocess.call([program, *arguments]))
