"""Courier: its connection daemon and its SMTP server. Its queue manager does not run, so accepted messages stay in its incoming
folder, FOLDER/courier/tmp."""

import os
import pathlib
import shutil

from .space import UNPACKED, mount, own, serve

LIMITS = {"maxprocs": 40, "maxperc": 5, "maxperip": 5}  # as in Debian's /etc/courier/esmtpd
FILES = {"me": "courier.test", "locals": "courier.test", "defaultdomain": "courier.test", "enablefiltering": ""}


def courier(options):
    folder, unpacked = options.folder, UNPACKED / "courier"
    # Its programs look for each other in /usr and /etc/courier: both are overlaid in this mount namespace.
    etc = folder / "etc"
    shutil.copytree(unpacked / "etc/courier", etc / "courier")
    for name, text in FILES.items():
        (etc / "courier" / name).write_text(text + "\n")
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={unpacked}/usr:/usr", "/usr")
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={etc}:/etc", "/etc")
    for file in ("passwd", "group"):
        mount("--bind", folder / file, f"/etc/{file}")
    mount("-t", "tmpfs", "tmpfs", "/var/lib")
    shutil.copytree(unpacked / "var/lib/courier", folder / "courier")
    own(folder / "courier", "-R", "courier:courier")
    kept = pathlib.Path("/var/lib/courier")
    kept.mkdir()
    mount("--bind", folder / "courier", kept)
    # Accepts our mail to anybody, and asks no DNS.
    os.environ |= {"RELAYCLIENT": "", "BOFHCHECKDNS": "0", "BOFHNOEXPN": "1", "BOFHNOVRFY": "1", "TARPIT": "1"}
    settings = [f"-{name}={value}" for name, value in (LIMITS | options.set).items()]
    who = ["-user=courier", "-group=courier", "-noidentlookup", "-nodnslookup", "-address=127.0.0.1"]
    serve("/usr/sbin/couriertcpd", *settings, *who, str(options.port), "/usr/sbin/courieresmtpd")
