"""The demo's mail server, and the check of what it received."""
import collections
import email
import email.policy
import pathlib


def serve(folder, port):
    """Files each message in the Maildir `folder`, from a thread of its own; OSError if the port is taken."""
    from aiosmtpd.controller import Controller  # Debian's python3-aiosmtpd; the check below does without
    from aiosmtpd.handlers import Mailbox
    controller = Controller(Mailbox(str(folder)), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    return controller


def received(folder):
    """The paths of the messages that arrived."""
    return list((pathlib.Path(folder) / "new").iterdir())


def check(folder, subscribers, published, back_catalogue):
    """What is wrong with the mail in the Maildir: a list of sentences, empty if every one of `subscribers` (addresses)
    has exactly one message, about the post titled `published`, and nobody has one about a title of `back_catalogue`."""
    problems = []
    copies = collections.Counter()
    for path in received(folder):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        recipients = [address.addr_spec for address in message["To"].addresses] if message["To"] else []
        subject = message["Subject"] or ""
        old = [title for title in back_catalogue if title in subject]
        if old:
            problems.append(f"{path.name}: the old post “{old[0]}” was mailed to {', '.join(recipients)}")
        elif published not in subject:
            problems.append(f"{path.name}: about “{subject}”, not “{published}”")
        if recipients != [message["X-RcptTo"]]:  # the server's own note of the envelope
            problems.append(f"{path.name}: To says {recipients}, but it was delivered to {message['X-RcptTo']}")
        if message.defects:
            problems.append(f"{path.name}: malformed: {message.defects}")
        copies.update(recipients)
    problems += [f"{address}: no message" for address in subscribers if copies[address] == 0]
    problems += [f"{address}: {count} messages" for address, count in copies.items() if count > 1]
    problems += [f"{address}: mailed, and no subscriber" for address in copies if address not in subscribers]
    return problems
