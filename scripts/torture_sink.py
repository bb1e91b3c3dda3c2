"""The mail server of scripts/torture.py: it counts accepted messages by Message-ID, and misbehaves as a seed says.

What it does to a recipient's n-th transaction depends only on the seed, the recipient and n, so a seed gives the same
faults in whatever order mail arrives. It offers PIPELINING and keeps what came after a final dot.
It is a process of its own, which can be stopped like any other; it shows its total at any time, and its books on demand.
"""
import asyncio
import collections
import multiprocessing
import os
import random
import re
import signal
import types

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>\r\n]+>)", re.I | re.M)
EHLO = b"250-torture\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n250 ENHANCEDSTATUSCODES\r\n"
SIMPLE = {b"MAIL": b"250 2.1.0 Ok\r\n", b"RSET": b"250 2.0.0 Ok\r\n", b"NOOP": b"250 2.0.0 Ok\r\n"}

# A recipient's fate in every try.
ALWAYS = [(0.010, "unknown"), (0.005, "unwanted")]
# The fate of one try, by the sink's temper. A close before the dot is the relay's trouble and makes the daemon wait 5 s, so these
# are rare.
ONCE = {
    "moody": [(0.0004, "close at RCPT"), (0.0004, "close in the body"), (0.002, "close after the dot, kept"),
              (0.002, "close after the dot, dropped"), (0.0004, "reply after the time-out"), (0.02, "later at RCPT"),
              (0.02, "later at the dot"), (0.004, "stall at RCPT"), (0.004, "stall at the dot")],
    "late": [(0.001, "close after the dot, kept"), (0.001, "close after the dot, dropped"),
             (0.0005, "reply after the time-out"), (0.02, "later at RCPT"), (0.03, "late at the dot")],
    "greylisting": [(0.35, "greylisted"), (0.001, "close after the dot, kept"), (0.001, "close after the dot, dropped")],
}


def drawn(table, *key):
    share = random.Random(" ".join(map(str, key))).random()
    for chance, fate in table:
        share -= chance
        if share < 0:
            return fate
    return ""


class Books:
    """What the sink accepted, refused, and left without an answer."""

    def __init__(self, seed, late_after, temper, total):
        self.seed, self.late_after, self.temper, self.total = seed, late_after, temper, total
        self.tries = collections.Counter()
        self.accepted = collections.Counter()        # by recipient
        self.message_ids = collections.defaultdict(set)  # by recipient
        self.refused = set()                          # recipients that got a 5yz
        self.unanswered_dots = 0                      # accepted, but the reply was late, or perhaps destroyed by a hang-up
        self.unanswered = collections.Counter()       # the same by recipient, including messages dropped together with their reply

    def fate(self, recipient):
        self.tries[recipient] += 1
        return (drawn(ALWAYS, self.seed, recipient)
                or drawn(ONCE[self.temper], self.seed, recipient, self.tries[recipient]))

    def keep(self, recipient, content):
        found = MESSAGE_ID.search(content)
        self.message_ids[recipient].add(found.group(1).decode() if found else "")
        self.accepted[recipient] += 1
        self.total.value += 1

    def leave_unanswered(self, recipients):
        self.unanswered_dots += len(recipients)
        self.unanswered.update(recipients)


class Conversation(asyncio.Protocol):
    def __init__(self, books):
        self.books = books
        self.buffer = bytearray()
        self.in_content = self.stalled = False
        self.recipient = self.fate = ""
        self.replies = bytearray()
        self.kept_now = []  # recipients accepted since the last flush
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(b"220 torture ESMTP\r\n")

    def data_received(self, data):
        self.buffer += data
        self.pump()

    def pump(self):
        self.kept_now = []
        while not self.stalled and not self.transport.is_closing():
            reply = self.content() if self.in_content else self.command()
            if reply is None:
                break
            self.replies += reply
        self.flush()

    def flush(self):
        if self.replies and not self.transport.is_closing():
            self.transport.write(bytes(self.replies))
        self.replies.clear()

    def hang_up(self):
        """A reset overtakes data that was written just before it."""
        self.flush()
        self.books.leave_unanswered(self.kept_now)
        self.transport.abort()

    def reply_later(self, seconds, reply):
        self.stalled = True
        asyncio.get_running_loop().call_later(seconds, self.go_on, reply)
        return b""

    def go_on(self, reply):
        self.stalled = False
        if not self.transport.is_closing():
            self.transport.write(reply)
            self.pump()

    def command(self):
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return None
        line = bytes(self.buffer[:end])
        del self.buffer[:end + 2]
        verb = line[:4].upper()
        if verb in (b"EHLO", b"HELO"):
            return EHLO
        if verb == b"RCPT":
            return self.rcpt(line)
        if verb == b"DATA":
            if not self.recipient:
                return b"554 5.5.1 No valid recipients\r\n"
            self.in_content = True
            return b"354 Go on\r\n"
        if verb == b"QUIT":
            self.replies += b"221 2.0.0 Bye\r\n"
            self.flush()
            return self.transport.close()
        if verb in (b"MAIL", b"RSET"):
            self.recipient = ""
        return SIMPLE.get(verb, b"500 5.5.2 Unknown\r\n")

    def rcpt(self, line):
        recipient = line[line.index(b"<") + 1:line.index(b">")].decode()
        self.fate = self.books.fate(recipient)
        if self.fate == "unknown":
            self.books.refused.add(recipient)
            return b"550 5.1.1 No such user\r\n"
        if self.fate == "later at RCPT":
            return b"451 4.3.0 Later\r\n"
        if self.fate == "greylisted":
            return b"451 4.2.1 Greylisted, come again\r\n"
        if self.fate == "close at RCPT":
            return self.hang_up()
        self.recipient = recipient
        if self.fate == "stall at RCPT":
            return self.reply_later(0.2, b"250 2.1.5 Ok\r\n")
        return b"250 2.1.5 Ok\r\n"

    def content(self):
        if self.fate == "close in the body" and self.buffer:
            self.books.unanswered[self.recipient] += 1  # what has been received may include the dot
            return self.hang_up()
        if self.buffer.startswith(b".\r\n"):
            end, content = 3, b""
        else:
            dot = self.buffer.find(b"\r\n.\r\n")
            if dot < 0:
                return None
            end, content = dot + 5, bytes(self.buffer[:dot])
        del self.buffer[:end]
        self.in_content = False
        recipient, self.recipient = self.recipient, ""
        return self.verdict(recipient, content)

    def verdict(self, recipient, content):
        if self.fate == "unwanted":
            self.books.refused.add(recipient)
            return b"554 5.7.1 Not wanted here\r\n"
        if self.fate == "later at the dot":
            return b"451 4.3.0 Later\r\n"
        if self.fate == "close after the dot, dropped":
            self.books.unanswered[recipient] += 1
            return self.hang_up()
        self.books.keep(recipient, content)
        self.kept_now.append(recipient)
        if self.fate == "close after the dot, kept":
            return self.hang_up()
        if self.fate == "reply after the time-out":
            self.books.leave_unanswered([recipient])
            return self.reply_later(self.books.late_after, b"250 2.0.0 Kept, at last\r\n")
        if self.fate == "late at the dot":  # within the sender's time-out, but later than a reload waits
            return self.reply_later(random.Random(recipient).uniform(0.3, 1.5), b"250 2.0.0 Kept, late\r\n")
        if self.fate == "stall at the dot":
            return self.reply_later(0.3, b"250 2.0.0 Kept\r\n")
        return b"250 2.0.0 Kept\r\n"


class Sink:
    """Listens while the `with` block lasts; `late_after` seconds must be longer than the sender's time-out."""

    def __init__(self, seed, late_after, temper="moody"):
        self.shared_total = multiprocessing.Value("q", 0, lock=False)
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(seed, late_after, temper, self.shared_total, theirs),
                                               daemon=True)
        self.port = None

    @property
    def total(self):
        return self.shared_total.value

    def books(self):
        """What was accepted and refused so far: the fields of Books."""
        self.pipe.send("books")
        return types.SimpleNamespace(**self.pipe.recv())

    def stop(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def __enter__(self):
        self.process.start()
        self.port = self.pipe.recv()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()


def serve(seed, late_after, temper, total, pipe):
    """The sink's process: sends its port, then a copy of its books at each request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    books = Books(seed, late_after, temper, total)

    def show():
        pipe.recv()
        pipe.send({name: value for name, value in vars(books).items() if name != "total"})

    async def listen():
        server = await asyncio.get_running_loop().create_server(lambda: Conversation(books), "127.0.0.1", 0)
        asyncio.get_running_loop().add_reader(pipe.fileno(), show)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(listen())
