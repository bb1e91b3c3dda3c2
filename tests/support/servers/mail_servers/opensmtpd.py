"""OpenSMTPD."""

import pathlib

from .space import UNPACKED, mount, own, serve

OPENSMTPD = """\
{pki}
{settings}
listen on 127.0.0.1 port {port} {tls} hostname opensmtpd.test
action keep relay host "smtp://127.0.0.1:1"
match from any for any action keep
"""


def opensmtpd(options):
    folder = options.folder
    for path in ("/var/spool", "/var/lib", "/run"):
        mount("-t", "tmpfs", "tmpfs", path)
    spool = pathlib.Path("/var/spool/smtpd")
    pathlib.Path("/var/lib/opensmtpd/empty").mkdir(parents=True)
    spool.mkdir(mode=0o711)
    for name, owner, mode in [
        ("offline", "root:opensmtpq", 0o770),
        ("purge", "opensmtpq:root", 0o700),
        ("queue", "opensmtpq:root", 0o700),
        ("corrupt", "opensmtpq:root", 0o700),
        ("incoming", "opensmtpq:root", 0o700),
        ("temporary", "opensmtpq:root", 0o700),
    ]:
        (spool / name).mkdir()
        (spool / name).chmod(mode)
        own(spool / name, owner)
    pki = f'pki test cert "{folder}/cert.pem"\npki test key "{folder}/key.pem"' if options.cert else ""
    file = folder / "smtpd.conf"
    settings = "\n".join(f"{name} {value}" for name, value in ({"smtp max-message-size": "32M"} | options.set).items())
    tls = "tls pki test" if pki else ""
    file.write_text(OPENSMTPD.format(port=options.port, pki=pki, settings=settings, tls=tls))
    file.chmod(0o600)
    serve(UNPACKED / "opensmtpd/usr/sbin/smtpd", "-d", "-f", file)
