"""A mail server whose readers leave in the middle of a mailing: leaving_relay.py SMTP-PORT HTTP-PORT READERS LEAVES SEED.

The first mail to each reader only tells the link by which he leaves. During the second mailing LEAVES of them, drawn by SEED,
leave by one click, each at a moment drawn too, several at once. It prints `ready`, `first` when all have had the first mail, and on
SIGTERM one JSON object: how many left, and which transactions began (RCPT) or ended (the dot) for a reader after the answer that
he has left.

Replies wait for a moment now and then, so that departures fall into every part of a transaction.
"""
import asyncio
import json
import random
import re
import signal
import sys

SMTP_PORT, HTTP_PORT, READERS, LEAVES = map(int, sys.argv[1:5])
DRAW = random.Random(sys.argv[5])
LINK = re.compile(rb"^List-Unsubscribe:\s*<https?://[^/>]+(/[^>\s]+)>", re.I | re.M)
FOLDED = re.compile(rb"\r\n[ \t]+")
AT_ONCE = 8


class Books:
    def __init__(self):
        self.links = {}
        self.began = 0               # transactions of the second mailing
        self.left = {}               # reader -> the answer's status
        self.asked = set()           # readers who ask to leave
        self.gone = set()            # readers who were told so
        self.late_beginnings, self.late_ends, self.twice = [], [], []
        self.sent_twice = set()
        self.tasks = []
        self.moments = sorted(DRAW.randrange(1, max(2, READERS - LEAVES)) for _ in range(LEAVES))
        self.leavers = []

    def second(self):
        return len(self.links) == READERS


books = Books()
turns = asyncio.Semaphore(AT_ONCE)


async def leave(reader):
    async with turns:
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", HTTP_PORT)
        body = b"List-Unsubscribe=One-Click"
        outgoing.write(b"POST " + books.links[reader] + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                       b"application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        status = (await incoming.readline()).decode().split(" ")[1]
        # What had arrived when this answer did is read first: it was sent before.
        await asyncio.sleep(0)
        books.left[reader] = status
        if status == "200":
            books.gone.add(reader)
        outgoing.close()


class Conversation(asyncio.Protocol):
    def __init__(self):
        self.buffer, self.replies, self.reader, self.content = bytearray(), [], "", None
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(b"220 leaving ESMTP\r\n")

    def data_received(self, data):
        self.buffer += data
        while True:
            if self.content is not None:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    return self.answer()
                content = bytes(self.buffer[:end + 2])
                del self.buffer[:end + 5]
                self.content = None
                self.end(content)
                self.replies.append(b"250 2.0.0 Ok\r\n")
                continue
            line, found, rest = self.buffer.partition(b"\r\n")
            if not found:
                return self.answer()
            self.buffer = rest
            self.command(bytes(line))

    def command(self, line):
        verb = line[:4].upper()
        if verb == b"EHLO":
            self.replies.append(b"250-leaving\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n")
        elif verb == b"RCPT":
            self.reader = line.split(b"<")[1].split(b">")[0].decode()
            self.begin()
            self.replies.append(b"250 2.1.5 Ok\r\n")
        elif verb == b"DATA":
            self.content = b""
            self.replies.append(b"354 Go on\r\n")
        elif verb == b"QUIT":
            self.replies.append(b"221 2.0.0 Bye\r\n")
        else:
            self.replies.append(b"250 2.0.0 Ok\r\n")

    def begin(self):
        if not books.second():
            return
        if not books.leavers:
            books.leavers = DRAW.sample(sorted(books.links), READERS)
        books.began += 1
        if self.reader in books.gone:
            books.late_beginnings.append(self.reader)
        while books.moments and books.moments[0] <= books.began:
            books.moments.pop(0)
            books.tasks.append(asyncio.get_running_loop().create_task(leave(self.who_leaves())))

    # Often the one whose transaction has just begun.
    def who_leaves(self):
        reader = self.reader
        while reader in books.asked or reader == self.reader and DRAW.random() < 0.7:
            reader = books.leavers.pop()
        books.asked.add(reader)
        return reader

    def end(self, content):
        if self.reader not in books.links:
            found = LINK.search(FOLDED.sub(b" ", content))
            books.links[self.reader] = found.group(1)
            return
        if self.reader in books.gone:
            books.late_ends.append(self.reader)
        if self.reader in books.sent_twice:
            books.twice.append(self.reader)
        books.sent_twice.add(self.reader)

    def answer(self):
        replies, self.replies = b"".join(self.replies), []
        if not replies:
            return
        pause = DRAW.choice((0, 0, 0, 0.002, 0.01))
        asyncio.get_running_loop().call_later(pause, self.transport.write, replies)


async def main():
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    await loop.create_server(Conversation, "127.0.0.1", SMTP_PORT)
    print("ready", flush=True)
    while not books.second():
        await asyncio.sleep(0.05)
    print("first", flush=True)
    await over.wait()
    await asyncio.gather(*books.tasks)
    print(json.dumps({"left": len(books.gone), "answers": sorted(set(books.left.values())), "began": books.began,
                      "sent": len(books.sent_twice), "late_beginnings": books.late_beginnings,
                      "late_ends": books.late_ends, "twice": books.twice,
                      "left_unsent": len(books.gone - books.sent_twice)}), flush=True)


asyncio.run(main())
