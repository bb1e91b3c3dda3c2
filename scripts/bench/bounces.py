"""Reports that lie in a mailbox: how fast they are read, in how much memory, and what a mailing beside them loses."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import scene
from rows import Row, repeated, say
from scene import ROOT, Daemon, Scene, free_port, sink

PATIENCE = 600  # seconds for what lies in a mailbox
DSN = """\
Return-Path: <>
Delivered-To: {to}
Received: from mx.example.net (localhost [127.0.0.1])
\tby mail.example.org (Postfix) with ESMTP id {number:010X}
\tfor <{to}>; Tue, 24 Nov 2026 10:00:00 +0000 (UTC)
Date: Tue, 24 Nov 2026 10:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="{number:010X}.1764000000/mx.example.net"
Message-Id: <20261124100000.{number:010X}@mx.example.net>

This is a MIME-encapsulated message.

--{number:010X}.1764000000/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<{reader}>: host mailbox.example.net[192.0.2.25] said: {words}
    (in reply to RCPT TO command)

--{number:010X}.1764000000/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: {number:010X}
X-Postfix-Sender: rfc822; {to}
Arrival-Date: Tue, 24 Nov 2026 09:59:58 +0000 (UTC)

Final-Recipient: rfc822; {reader}
Original-Recipient: rfc822;{reader}
Action: failed
Status: {status}
Remote-MTA: dns; mailbox.example.net
Diagnostic-Code: smtp; {words}

--{number:010X}.1764000000/mx.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{header}
--{number:010X}.1764000000/mx.example.net--
"""
# (status, the server's words): an address that ends, one that counts, one that is about us.
UNKNOWN = ("5.1.1", "550 5.1.1 <{reader}>: Recipient address rejected: User unknown in virtual mailbox table")
FULL = ("5.2.2", "552 5.2.2 <{reader}>: Quota exceeded (mailbox for user is full)")
BLOCKED = ("5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using a list")
MIX = (UNKNOWN, UNKNOWN, FULL, FULL, BLOCKED)
UNHARMED = (FULL, BLOCKED)  # nobody's later mail is withdrawn


def envelopes(dump):
    """(sender, recipient, header) of each message in smtp-sink's dump."""
    sender = recipient = header = None
    with dump.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("X-Mail-Args: "):
                sender, header = line.partition("<")[2].partition(">")[0], None
            elif line.startswith("X-Rcpt-Args: "):
                recipient, header = line.partition("<")[2].partition(">")[0], []
            elif header is not None and line.strip():
                header.append(line)
            elif header is not None:
                yield sender, recipient, "".join(header)
                header = None


class Returned(Scene):
    """A scene whose first mailing was sent with signed return paths, and a Maildir for the reports of it."""

    def __init__(self, folder, readers):
        super().__init__(folder, readers)
        self.maildir = self.folder / "mail"
        self.bounces = f"bounces: {{domain: bounce.example.org, mailboxes: [{{maildir: {self.maildir}}}]}}"
        self.fan_out()
        self.requeue()
        with tempfile.TemporaryDirectory() as dumps:
            os.chmod(dumps, 0o777)  # the sink is another user
            dump = pathlib.Path(dumps, "messages")
            with sink("-D", str(dump)) as port:
                self.send_all(port, extra=self.bounces)
            self.sent = list(envelopes(dump))
        if len(self.sent) != readers:
            raise SystemExit(f"bench: {len(self.sent)} of {readers} messages in the sink's dump")
        self.copy = self.database.with_name("before-the-reports.db")
        shutil.copy(self.database, self.copy)

    def fill(self, folder, count, kinds):
        """Reports of so many readers in place of what lies there."""
        shutil.rmtree(folder, ignore_errors=True)
        for part in ("new", "cur", "tmp"):
            (folder / part).mkdir(parents=True)
        for number, (sender, reader, header) in enumerate(self.sent[:count]):
            status, words = kinds[number % len(kinds)]
            (folder / "new" / f"{number}.mx.example.net").write_text(
                DSN.format(to=sender, reader=reader, number=number, status=status, words=words.format(reader=reader),
                           header=header))

    def forget(self):
        """As before the first report."""
        for leftover in self.database.parent.glob(self.database.name + "-*"):
            leftover.unlink()
        shutil.copy(self.copy, self.database)

    def collect(self, count, mailboxes):
        """Reports a second, and the daemon's peak memory in MiB until then."""
        self.configure(free_port(), extra=f"bounces: {{domain: bounce.example.org, mailboxes: [{mailboxes}]}}")
        daemon, began, deadline = Daemon(self), None, time.monotonic() + PATIENCE
        with self.opened() as database:
            while True:
                done = self.ask(database, "SELECT coalesce(sum(count), 0) FROM report_counts")
                if began is None and done:
                    began, first = time.monotonic(), done
                if done >= count:
                    break
                if time.monotonic() > deadline:
                    raise SystemExit(f"bench: {done} of {count} reports were taken in {PATIENCE} s")
                time.sleep(0.01)
        rate, memory = (count - first) / (time.monotonic() - began), daemon.peak()
        daemon.stop()
        return rate, memory

    def mailing_rate(self, extra):
        """Of the last mailing, between its tenth and nine tenths of it: deliveries a second, and reports a second."""
        with sink() as port:
            self.configure(port, extra=extra)
            daemon, began = Daemon(self), None
            with self.opened() as database:
                while True:
                    pending, reports = database.execute(
                        "SELECT pending, (SELECT coalesce(sum(count), 0) FROM report_counts) FROM mailings "
                        "ORDER BY id DESC LIMIT 1").fetchone()
                    if began is None and pending <= self.subscribers * 9 // 10:
                        began, first, reports_first = time.monotonic(), pending, reports
                    if pending <= self.subscribers // 10:
                        break
                    time.sleep(0.005)
            seconds = time.monotonic() - began
            daemon.stop()
        return (first - pending) / seconds, (reports - reports_first) / seconds


def alone(sizes, returned):
    def once(count=sizes.reports):
        returned.forget()
        returned.fill(returned.maildir, count, MIX)
        return returned.collect(count, f"{{maildir: {returned.maildir}}}")
    few, = (memory for _, memory in [once(sizes.reports // 10)])
    rates, memories = repeated(sizes.runs, once)
    return [Row("reports in a Maildir", rates, "/s", least=1000),
            Row(f"peak memory, {sizes.reports} reports", memories, "MiB"),
            Row(f"the same over {sizes.reports // 10} reports", [memory / few for memory in memories], most=1.1)]


def over_imap(returned):
    """Dovecot, as the tests run it: as root, where ./dev test has unpacked it."""
    if os.getuid() != 0 or not (ROOT / "build/mail-servers/mailboxes/usr/sbin/dovecot").exists():
        say("  no Dovecot: not measured over IMAP")
        return []
    password = returned.folder / "password"
    password.write_text("p\n")
    password.chmod(0o400)
    count = returned.subscribers

    def once():
        returned.forget()
        with tempfile.TemporaryDirectory() as name:
            folder, port = pathlib.Path(name), free_port()
            server = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/usr/bin/python3",
                 ROOT / "tests/support/servers/mail_server.py", "mailbox", "--port", str(port), "--folder", folder],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                scene.wait_for_port(port, server)
                returned.fill(folder / "mail", count, MIX)
                subprocess.run(["chown", "-R", "nobody:nogroup", folder / "mail"], check=True)
                return returned.collect(count, f'{{url: "imap://127.0.0.1:{port}", tls: never, username: bounces, '
                                               f'password_file: {password}}}')
            finally:
                server.kill()
                server.wait()
    rates, memories = repeated(1, once)
    return [Row("reports in a mailbox of Dovecot, over IMAP", rates, "/s", least=1000),
            Row(f"peak memory, {count} reports over IMAP", memories, "MiB")]


def beside(sizes, returned):
    returned.forget()
    returned.fan_out(title="Eight stones")

    def once():
        returned.requeue()
        undisturbed, _ = returned.mailing_rate("")
        returned.fill(returned.maildir, returned.subscribers, UNHARMED)
        returned.requeue()
        beside_reports, reports = returned.mailing_rate(returned.bounces)
        return beside_reports / undisturbed, undisturbed, reports
    ratio, rate, reports = repeated(sizes.runs, once)
    return [Row("rate of a mailing while reports are collected, over its rate alone", ratio, least=0.9),
            Row("its rate alone", rate, "/s"), Row("reports beside it", reports, "/s")]


def bounces(sizes, folder):
    say(f"{sizes.reports} reports in a mailbox")
    rows = alone(sizes, Returned(folder / "bounces", sizes.reports))
    fewer = Returned(folder / "fewer", sizes.reports // 5)
    return rows + over_imap(fewer) + beside(sizes, fewer)
