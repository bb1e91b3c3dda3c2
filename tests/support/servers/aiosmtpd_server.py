#!/usr/bin/python3
"""A real SMTP server on a loopback port that files mail in a Maildir.

Plain, with STARTTLS, or with TLS from the first octet; with or without AUTH (PLAIN and LOGIN). Each event is a JSON
line on standard output: {"event": "ready"}, {"event": "auth", "tls": true, "ok": true} and
{"event": "message", "from": …, "to": […], "tls": true}.
"""

import argparse
import asyncio
import json
import ssl

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def report(**event):
    print(json.dumps(event), flush=True)


def encrypted(session):
    return session.ssl is not None


class Handler(Mailbox):
    async def handle_DATA(self, server, session, envelope):
        status = await super().handle_DATA(server, session, envelope)
        report(event="message", **{"from": envelope.mail_from}, to=envelope.rcpt_tos, tls=server.over_tls(session))
        return status or "250 2.0.0 Filed"


class Server(SMTP):
    def __init__(self, handler, implicit_tls, **options):
        self.implicit_tls = implicit_tls
        super().__init__(handler, **options)

    def over_tls(self, session):
        return self.implicit_tls or encrypted(session)


def authenticator(username, password):
    def check(server, session, _envelope, _mechanism, given):
        ok = (
            isinstance(given, LoginPassword)
            and given.login == username.encode()
            and given.password == password.encode()
        )
        report(event="auth", tls=server.over_tls(session), ok=ok)
        return AuthResult(success=ok, handled=ok)

    return check


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--maildir", required=True)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--auth-without-tls", action="store_true", help="offer AUTH on a plain connection too")
    parser.add_argument("--size", type=int, default=33554432)
    return parser.parse_args()


async def serve(options):
    context = None
    if options.tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.cert, options.key)
    handler = Handler(options.maildir)

    def session():
        return Server(
            handler,
            implicit_tls=options.tls == "implicit",
            hostname="aiosmtpd.test",
            data_size_limit=options.size,
            enable_SMTPUTF8=True,
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            authenticator=authenticator(options.user, options.password) if options.user else None,
            auth_required=bool(options.user),
            auth_require_tls=options.tls == "starttls" and not options.auth_without_tls,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        session, host="127.0.0.1", port=options.port, ssl=context if options.tls == "implicit" else None
    )
    report(event="ready")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(arguments()))
