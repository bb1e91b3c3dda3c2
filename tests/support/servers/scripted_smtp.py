#!/usr/bin/python3
"""An SMTP server that answers exactly what its script says.

usage: scripted_smtp.py PORT SCRIPT.json [CERT KEY]

The script is an object whose keys are steps: "connect" (the greeting), EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, "body"
(after the first line of content), "dot", RSET, NOOP and QUIT. A value is one action or a list of them, taken in turn
over all connections; the last one stays. An action is a reply ("250 ok", lines split by \\n), or an object:

    {"reply": "250 ok", "after_ms": 200, "drip_ms": 50, "close": true, "reset": true, "stall": true, "raw": true}

after_ms waits before the reply, drip_ms is the pause between its octets, close hangs up afterwards, reset does so with
a RST, stall never answers (and reads nothing more), raw sends the text without adding CR LF. With a certificate, STARTTLS is answered
for real. Every command and every message goes to standard output as a JSON line with the number of its connection; a
dot without content in front of it, as it answers the 354 to an envelope that was refused, is a "lone dot".
"""

import asyncio
import json
import socket
import ssl
import struct
import sys

DEFAULTS = {
    "connect": "220 scripted ESMTP",
    "EHLO": "250-scripted\n250-PIPELINING\n250-SIZE 10485760\n250 ENHANCEDSTATUSCODES",
    "STARTTLS": "220 2.0.0 Go ahead",
    "AUTH": "235 2.7.0 Authenticated",
    "MAIL": "250 2.1.0 Sender ok",
    "RCPT": "250 2.1.5 Recipient ok",
    "DATA": "354 Go on",
    "body": {},
    "dot": "250 2.0.0 Queued",
    "RSET": "250 2.0.0 Reset",
    "NOOP": "250 2.0.0 ok",
    "QUIT": {"reply": "221 2.0.0 Bye", "close": True},
}


class HungUp(Exception):
    pass


class Script:
    def __init__(self, steps):
        unknown = set(steps) - set(DEFAULTS)
        if unknown:
            sys.exit(f"unknown steps in the script: {sorted(unknown)}")
        played = {**DEFAULTS, **steps}
        self.steps = {name: list(value) if isinstance(value, list) else [value] for name, value in played.items()}

    def next(self, step):
        actions = self.steps[step]
        action = actions.pop(0) if len(actions) > 1 else actions[0]
        return {"reply": action} if isinstance(action, str) else action


class Connection:
    def __init__(self, number, script, reader, writer, context):
        self.number, self.script, self.reader, self.writer, self.context = number, script, reader, writer, context

    def report(self, **event):
        print(json.dumps({"connection": self.number, **event}), flush=True)

    async def act(self, step):
        """Plays the next action of a step and returns the reply's code."""
        action = self.script.next(step)
        await asyncio.sleep(action.get("after_ms", 0) / 1000)
        reply = action.get("reply", "")
        lines = reply if action.get("raw") else "".join(line + "\r\n" for line in reply.split("\n") if line)
        octets = lines.encode()
        if "drip_ms" in action:
            for octet in octets:
                self.writer.write(bytes([octet]))
                await self.writer.drain()
                await asyncio.sleep(action["drip_ms"] / 1000)
        else:
            self.writer.write(octets)
            await self.writer.drain()
        if action.get("stall"):
            self.report(event="stalled", step=step)
            self.reader._transport.pause_reading()
            await asyncio.sleep(3600)
        if action.get("reset"):
            at_once = struct.pack("ii", 1, 0)
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        if action.get("close") or action.get("reset"):
            raise HungUp
        return reply[:3]

    async def content(self):
        lines = []
        while True:
            line = await self.reader.readline()
            if not line:
                raise HungUp
            if not lines and line != b".\r\n":
                await self.act("body")
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)

    async def start_tls(self):
        transport = self.writer.transport
        protocol = transport.get_protocol()
        loop = asyncio.get_running_loop()
        encrypted = await loop.start_tls(transport, protocol, self.context, server_side=True)
        self.reader._transport = encrypted
        self.writer = asyncio.StreamWriter(encrypted, protocol, self.reader, loop)

    async def serve(self):
        self.report(event="connected")
        await self.act("connect")
        while True:
            line = await self.reader.readline()
            if not line:
                raise HungUp
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            verb = command[:4].upper() if command[:8].upper() != "STARTTLS" else "STARTTLS"
            self.report(event="command", command=command)
            if verb not in self.script.steps:
                self.writer.write(b"500 5.5.2 Unknown command\r\n")
                continue
            code = await self.act(verb)
            if verb == "STARTTLS" and code == "220" and self.context:
                await self.start_tls()
            if verb == "DATA" and code == "354":
                content = await self.content()
                if content:
                    self.report(event="message", content=content.decode("latin-1"))
                else:
                    self.report(event="lone dot")
                await self.act("dot")


async def main():
    port, file = int(sys.argv[1]), sys.argv[2]
    with open(file, encoding="utf-8") as text:
        script = Script(json.load(text))
    context = None
    if len(sys.argv) > 4:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
    count = 0

    async def accept(reader, writer):
        nonlocal count
        count += 1
        connection = Connection(count, script, reader, writer, context)
        try:
            await connection.serve()
        except (HungUp, ConnectionError, ssl.SSLError):
            connection.report(event="closed")
        finally:
            connection.writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", port, limit=1 << 20)
    print(json.dumps({"event": "ready"}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
