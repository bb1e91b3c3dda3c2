#!/usr/bin/python3
"""Dovecot (IMAP) and Roundcube on loopback: webmail_server.py FOLDER IMAP_PORT WEB_PORT.

To be run as the first process of its own mount and process namespaces (unshare --mount --pid --fork --kill-child), as
tests/support/servers/mail_server.py is: the packages, which scripts/mail-servers --webmail has unpacked, then seem to be
installed. FOLDER/mail is the mail of any user with the password "p", FOLDER/roundcube Roundcube's settings.
"""
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/support/servers"))
from mail_servers.dovecot_settings import EVERY  # noqa: E402
from mail_servers.space import UNPACKED, add_users, mount, own, serve  # noqa: E402

DOVECOT = EVERY + """\
protocols = imap
log_path = {folder}/dovecot.log
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


def main(folder, imap_port, web_port):
    add_users(folder)
    own(folder / "mail", "-R", "nobody:nogroup")
    webmail = UNPACKED / "roundcube"
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={webmail}/usr:{UNPACKED}/imap/usr:/usr", "/usr")
    mount("-t", "tmpfs", "tmpfs", "/var/lib")
    pathlib.Path("/var/lib/roundcube").symlink_to(webmail / "var/lib/roundcube")
    mount("-t", "proc", "proc", "/proc")
    for file in ("defaults.inc.php", "mimetypes.php"):
        shutil.copyfile(webmail / "etc/roundcube" / file, folder / "roundcube" / file)
    with sqlite3.connect(folder / "roundcube.db") as database:
        database.executescript((webmail / "usr/share/roundcube/SQL/sqlite.initial.sql").read_text(encoding="utf-8"))
    subprocess.Popen(["php", "-S", f"127.0.0.1:{web_port}", "-t", "/var/lib/roundcube/public_html"],
                     env=os.environ | {"ROUNDCUBE_CONFIG_DIR": str(folder / "roundcube"), "PHP_CLI_SERVER_WORKERS": "4"})
    settings = folder / "dovecot.conf"
    settings.write_text(DOVECOT.format(folder=folder, port=imap_port), encoding="utf-8")
    serve("/usr/sbin/dovecot", "-F", "-c", settings)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
