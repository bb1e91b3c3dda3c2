"""qpsmtpd: its forking server, with its default limits and plugins, except the plugins that ask the DNS. Accepted messages go
into FOLDER/maildir, into a folder for each recipient."""

import os

from .space import UNPACKED, own, serve

LIMITS = {"limit-connections": 15, "max-from-ip": 5}  # the program's defaults
PLUGINS = """\
hosts_allow
earlytalker action log
relay
badmailfrom
badrcptto
loop
rcpt_ok
queue/maildir {folder}/maildir %u
"""


def qpsmtpd(options):
    folder, unpacked = options.folder, UNPACKED / "qpsmtpd"
    config = folder / "config"
    for path in (config, folder / "spool", folder / "maildir"):
        path.mkdir()
        own(path, "nobody")
    (folder / "spool").chmod(0o700)
    files = {
        "plugins": PLUGINS.format(folder=folder),
        "plugin_dirs": f"{unpacked}/usr/share/qpsmtpd/plugins\n",
        "logging": "logging/warn LOGINFO\n",
        "loglevel": "6\n",
        "spool_dir": f"{folder}/spool\n",
        "me": "qpsmtpd.test\n",
        "relayclients": "127.0.0.1\n",
        "rcpthosts": "qpsmtpd.test\n",
    }
    for name, text in files.items():
        (config / name).write_text(text)
    os.environ["QPSMTPD_CONFIG"] = str(config)
    limits = [word for name, value in (LIMITS | options.set).items() for word in (f"--{name}", value)]
    where = ["--listen-address", "127.0.0.1", "--port", options.port, "--user", "nobody", "--no-rdns"]
    # It runs with taint checks, so the folder of its modules must be given.
    program = ["-T", f"-I{unpacked}/usr/share/perl5", unpacked / "usr/bin/qpsmtpd-forkserver"]
    serve("/usr/bin/perl", *map(str, program + where + limits))
