#!/usr/bin/python3
"""A real mail server on a loopback port, for a test.

Postfix, Exim and OpenSMTPD take mail for anybody and keep it to themselves. Dovecot's submission service (which wants a
login: any name, the password is "p"), nginx's mail proxy and HAProxy pass it on to the server at the port --behind;
HAProxy knows a second server, which is dead.

usage: mail_server.py NAME --port PORT --folder FOLDER [--cert FILE --key FILE] [--refuse sender|relay]
                      [--behind PORT] [--set NAME=VALUE]…

To be run as the first process of its own mount and process namespaces (unshare --mount --pid --fork --kill-child):
the users and the fixed paths that these servers want are then seen by them alone, and all of their processes end with
this one. The log goes to standard error. With a certificate, STARTTLS is offered. --refuse makes the server refuse at
RCPT: our sender, or us altogether, each in the server's own words. --set gives a setting in the server's own terms, in
place of ours: a line of main.cf, one of Exim's main options, or a line of smtpd.conf, for instance
"smtp limit max-mails=5". (Postfix's limits for clients spare mynetworks: smtpd_client_event_limit_exceptions= ends that.)
"""

import argparse
import os
import pathlib
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
UNPACKED = ROOT / "build/mail-servers"  # by scripts/mail-servers
USERS = {"Debian-exim": 64901, "opensmtpd": 64902, "opensmtpq": 64903, "dovecot": 64904, "dovenull": 64905}


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


def own(path, owner):
    subprocess.run(["chown", owner, path], check=True)


def serve(program, *arguments):
    # Not in this process's place: a server that changes its user would no longer end with `unshare`.
    sys.exit(subprocess.call([program, *arguments]))


POSTFIX_SERVICES = """\
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def postfix(options):
    folder = options.folder
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "queue",
        "data_directory": folder / "data",
        "maillog_file": "/dev/stdout",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "postfix.test",
        "mydestination": "example.org" if options.refuse == "sender" else "",
        # A sender of our own domain that does not exist here: refused as RCPT comes, as a postmaster's default is.
        "local_recipient_maps": "inline:{somebody=x}",
        "smtpd_reject_unlisted_sender": "yes",
        "alias_maps": "",
        "mynetworks": "" if options.refuse == "relay" else "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
        "default_transport": "discard:",
        "relay_transport": "discard:",
        "smtpd_client_connection_count_limit": "0",
    }
    if options.cert:
        settings |= {"smtpd_tls_security_level": "may", "smtpd_tls_chain_files": f"{folder}/key.pem, {folder}/cert.pem"}
    settings |= options.set
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    own(folder / "data", "postfix")
    (folder / "etc/main.cf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    (folder / "etc/master.cf").write_text(POSTFIX_SERVICES.format(port=f"127.0.0.1:{options.port}"))
    subprocess.run(["/usr/sbin/postfix", "-c", folder / "etc", "check"], check=True)  # makes the queue's folders
    serve("/usr/lib/postfix/sbin/master", "-c", folder / "etc", "-s")


EXIM = """\
begin acl
rcpt:
  {refusal}
  accept
begin routers
nobody:
  driver = redirect
  data = :blackhole:
"""


def exim(options):
    folder, program = options.folder, UNPACKED / "exim/usr/sbin/exim4"
    refusals = {"": "", "relay": "deny message = relay not permitted", "sender": "deny message = Sender verify failed"}
    settings = {
        "primary_hostname": "exim.test",
        "exim_path": program,
        "daemon_smtp_ports": options.port,
        "local_interfaces": "127.0.0.1",
        "spool_directory": folder / "spool",
        "log_file_path": folder / "exim-%slog",
        "log_selector": "+pipelining +tls_cipher",
        "keep_environment": "",
        "smtp_accept_max": 100,
        "smtp_accept_queue": 0,
        "smtp_accept_queue_per_connection": 0,
        "queue_only": "true",
        "tls_advertise_hosts": "*" if options.cert else "",
        "acl_smtp_rcpt": "rcpt",
        "acl_smtp_data": "accept",
    }
    if options.cert:
        settings |= {"tls_certificate": folder / "cert.pem", "tls_privatekey": folder / "key.pem"}
    main_options = "".join(f"{name} = {value}\n" for name, value in (settings | options.set).items())
    (folder / "exim.conf").write_text(main_options + EXIM.format(refusal=refusals[options.refuse]))
    for path in (folder, *folder.glob("*.pem")):
        own(path, "Debian-exim:Debian-exim")
    serve(program, "-C", folder / "exim.conf", "-bdf")


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


DOVECOT = """\
protocols = submission
listen = 127.0.0.1
base_dir = {folder}/run
log_path = /dev/stderr
disable_plaintext_auth = no
ssl = no
hostname = dovecot.test
mail_location = maildir:{folder}/mail
first_valid_uid = 0
passdb {{
  driver = static
  args = password=p
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {behind}
service submission-login {{
  inet_listener submission {{
    port = {port}
  }}
}}
{settings}
"""


def dovecot(options):
    folder = options.folder
    # Its programs look for each other in /usr: the unpacked packages are laid over it, in this mount namespace.
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={UNPACKED}/dovecot/usr:/usr", "/usr")
    mount("-t", "proc", "proc", "/proc")
    (folder / "mail").mkdir()
    own(folder / "mail", "nobody")
    settings = {"mail_max_userip_connections": 50} | options.set
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    file = folder / "dovecot.conf"
    file.write_text(DOVECOT.format(folder=folder, port=options.port, behind=options.behind, settings=lines))
    serve("/usr/sbin/dovecot", "-F", "-c", file)


NGINX = """\
load_module {unpacked}/usr/lib/nginx/modules/ngx_mail_module.so;
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{asked};
    add_header Auth-Status OK;
    add_header Auth-Server 127.0.0.1;
    add_header Auth-Port {behind};
    return 204;
  }}
}}
mail {{
  server_name nginx.test;
  auth_http 127.0.0.1:{asked}/;
  {settings}
  server {{
    listen 127.0.0.1:{port};
    protocol smtp;
    smtp_auth none;
    xclient off;
  }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def nginx(options):
    """Where a message goes is asked over HTTP: nginx asks itself."""
    folder, unpacked = options.folder, UNPACKED / "nginx"
    settings = {"smtp_capabilities": "PIPELINING 8BITMIME", "proxy_pass_error_message": "on"} | options.set
    file = folder / "nginx.conf"
    file.write_text(
        NGINX.format(
            folder=folder,
            unpacked=unpacked,
            asked=free_port(),
            port=options.port,
            behind=options.behind,
            settings="\n  ".join(f"{name} {value};" for name, value in settings.items()),
        )
    )
    serve(unpacked / "usr/sbin/nginx", "-c", file, "-p", folder, "-e", "stderr")


HAPROXY = """\
global
  maxconn 200
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  {settings}
listen smtp
  bind 127.0.0.1:{port}
  balance roundrobin
  server alive 127.0.0.1:{behind}
  server dead 127.0.0.1:1
"""


def haproxy(options):
    """Without health checks, and without a second try: every other connection is taken and ended before a greeting."""
    settings = "\n  ".join(f"{name} {value}" for name, value in ({"retries": 0} | options.set).items())
    file = options.folder / "haproxy.cfg"
    file.write_text(HAPROXY.format(port=options.port, behind=options.behind, settings=settings))
    serve(UNPACKED / "haproxy/usr/sbin/haproxy", "-db", "-f", file)


def setting(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, not {text!r}")
    return name.strip(), value.strip()


def main():
    servers = {server.__name__: server for server in (postfix, exim, opensmtpd, dovecot, nginx, haproxy)}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=servers)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--cert", type=pathlib.Path)
    parser.add_argument("--key", type=pathlib.Path)
    parser.add_argument("--refuse", choices=["sender", "relay"], default="")
    parser.add_argument("--behind", type=int, help="the port of the server that mail is passed on to")
    parser.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    options.set = dict(options.set)
    if os.getpid() != 1:
        sys.exit("mail_server.py: to be run by `unshare --mount --pid --fork --kill-child`, as root")
    if options.server in ("dovecot", "nginx", "haproxy") and not options.behind:
        sys.exit(f"mail_server.py: {options.server} passes mail on: --behind PORT")
    options.folder.chmod(0o755)
    add_users(options.folder)
    for file in filter(None, (options.cert, options.key)):
        copied = options.folder / file.name
        copied.write_bytes(file.read_bytes())
        copied.chmod(0o600)
    servers[options.server](options)


if __name__ == "__main__":
    main()
