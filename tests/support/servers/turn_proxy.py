#!/usr/bin/python3
"""Passes TCP connections on to a loopback port and counts the turns: how often the client spoke after the server had.

usage: turn_proxy.py PORT TARGET-PORT [CERT KEY]

A client that waits for a reply after each command takes as many turns as it sends commands, and one that pipelines
takes fewer. TLS hides the commands but not the turns. Each connection that ends is a JSON line on standard output:
{"event": "connection", "turns": 7}. With a certificate it speaks TLS from the first octet, and the server does not.
"""

import asyncio
import json
import ssl
import sys


class Exchange:
    def __init__(self):
        self.turns, self.last = 0, "server"

    async def carry(self, who, reader, writer):
        try:
            while data := await reader.read(65536):
                if who == "client" and self.last == "server":
                    self.turns += 1
                self.last = who
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():  # TLS cannot close one direction only
                writer.write_eof()
            else:
                writer.close()
        except (ConnectionError, OSError):
            writer.close()


async def serve(port, target, *certificate):
    async def accept(reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
        exchange = Exchange()
        await asyncio.gather(
            exchange.carry("client", reader, there_writer), exchange.carry("server", there_reader, writer)
        )
        for end in (writer, there_writer):
            end.close()
        print(json.dumps({"event": "connection", "turns": exchange.turns}), flush=True)

    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    server = await asyncio.start_server(accept, "127.0.0.1", port, ssl=context)
    print(json.dumps({"event": "ready"}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
