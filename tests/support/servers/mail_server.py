#!/usr/bin/python3
"""A real mail server on a loopback port, for a test.

Postfix, Exim, OpenSMTPD, Courier, qpsmtpd and Haraka take mail for anybody and keep it to themselves. Dovecot's
submission service (which wants a login: any name, the password is "p"), nginx's mail proxy and HAProxy pass it on to the
server at the port --behind; HAProxy knows a second server, which is dead.

As "mailbox" Dovecot is the place that mail is fetched from, by IMAP or POP3. A "post_office" is Postfix and Dovecot: see
mail_servers/post_office.py.

usage: mail_server.py NAME --port PORT --folder FOLDER [--cert FILE --key FILE] [--refuse sender|relay]
                      [--behind PORT] [--set NAME=VALUE]…

To be run as the first process of its own mount and process namespaces (unshare --mount --pid --fork --kill-child):
the users and the fixed paths that these servers want are then seen by them alone, and all of their processes end with
this one. The log goes to standard error. With a certificate, STARTTLS is offered. --refuse makes the server refuse at
RCPT: our sender, or us altogether, each in the server's own words. --set gives a setting in the server's own terms, in
place of ours: a line of main.cf; one of Exim's main options, or ("rcpt=…") a statement of its ACL at RCPT; a line of
smtpd.conf, for instance "smtp limit max-mails=5"; an option of couriertcpd ("maxperip=5") or of qpsmtpd-forkserver
("max-from-ip=5"). (Postfix's limits for clients spare mynetworks: smtpd_client_event_limit_exceptions= ends that.)
"""

import argparse
import os
import pathlib
import sys

sys.dont_write_bytecode = True
from mail_servers.courier import courier
from mail_servers.exim import exim
from mail_servers.haraka import haraka
from mail_servers.opensmtpd import opensmtpd
from mail_servers.post_office import post_office
from mail_servers.postfix import postfix
from mail_servers.proxies import dovecot, haproxy, mailbox, nginx
from mail_servers.qpsmtpd import qpsmtpd
from mail_servers.space import add_users

KEEPERS = (postfix, exim, opensmtpd, courier, qpsmtpd, haraka, mailbox, post_office)
PROXIES = (dovecot, nginx, haproxy)


def setting(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, not {text!r}")
    return name.strip(), value.strip()


def main():
    servers = {server.__name__: server for server in KEEPERS + PROXIES}
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
    if servers[options.server] in PROXIES and not options.behind:
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
