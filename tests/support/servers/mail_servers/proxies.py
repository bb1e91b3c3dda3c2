"""Servers that pass mail on to the one at --behind: Dovecot's submission service, nginx's mail proxy, HAProxy."""

import socket

from .dovecot_settings import EVERY
from .space import UNPACKED, mount, own, serve

DOVECOT = EVERY + """\
protocols = submission
log_path = /dev/stderr
hostname = dovecot.test
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
    # Its programs look for each other in /usr: the unpacked packages are overlaid there, in this mount namespace.
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={UNPACKED}/dovecot/usr:/usr", "/usr")
    mount("-t", "proc", "proc", "/proc")
    (folder / "mail").mkdir()
    own(folder / "mail", "nobody")
    settings = {"mail_max_userip_connections": 50} | options.set
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    file = folder / "dovecot.conf"
    file.write_text(DOVECOT.format(folder=folder, port=options.port, behind=options.behind, settings=lines))
    serve("/usr/sbin/dovecot", "-F", "-c", file)


MAILBOX = EVERY + """\
protocols = {protocol}
log_path = /dev/stderr
service {protocol}-login {{
  inet_listener {protocol} {{
    port = {plain}
  }}
  inet_listener {protocol}s {{
    port = {wrapped}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
}}
{tls}
"""
MAILBOX_TLS = """\
ssl = required
ssl_cert = <{folder}/{cert}
ssl_key = <{folder}/{key}
"""


def mailbox(options):
    """Dovecot as the mailbox of any user with the password "p", by IMAP, or with --set protocol=pop3 by that."""
    folder = options.folder
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={UNPACKED}/mailboxes/usr:/usr", "/usr")
    mount("-t", "proc", "proc", "/proc")
    for part in ("new", "cur", "tmp"):
        (folder / "mail" / part).mkdir(parents=True)
    own(folder / "mail", "-R", "nobody:nogroup")
    implicit = options.set.get("tls") == "implicit"
    tls = MAILBOX_TLS.format(folder=folder, cert=options.cert.name, key=options.key.name) if options.cert else ""
    file = folder / "dovecot.conf"
    file.write_text(MAILBOX.format(folder=folder, protocol=options.set.get("protocol", "imap"), tls=tls,
                                   plain=0 if implicit else options.port, wrapped=options.port if implicit else 0))
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
    """nginx asks over HTTP where a message goes: it asks itself."""
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
    """Without health checks and without a second try: every other connection is accepted and ended before a greeting."""
    settings = "\n  ".join(f"{name} {value}" for name, value in ({"retries": 0} | options.set).items())
    file = options.folder / "haproxy.cfg"
    file.write_text(HAPROXY.format(port=options.port, behind=options.behind, settings=settings))
    serve(UNPACKED / "haproxy/usr/sbin/haproxy", "-db", "-f", file)
