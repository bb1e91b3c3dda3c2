"""Re-reads one message from stdin with Python's email package and prints what it says as one JSON object.

`defects` lists whatever the parser found wrong, in the message, its parts and its header fields.
"""
import email
import email.errors
import email.policy
import json
import sys


def main() -> None:
    raw = sys.stdin.buffer.read()
    # As text: a header may be UTF-8 (RFC 6532), which the parser of bytes takes for damage.
    message = email.message_from_string(raw.decode("utf-8"), policy=email.policy.SMTPUTF8)
    defects = []
    for part in message.walk():
        defects += [repr(defect) for defect in part.defects]
        for name, value in part.items():
            # A local part in UTF-8 is what RFC 6532 allows, yet Python has a defect for it.
            defects += [f"{name}: {defect!r}" for defect in value.defects
                        if not isinstance(defect, email.errors.NonASCIILocalPartDefect)]

    def mailbox(field: str):
        if message[field] is None:
            return None
        (address,) = message[field].addresses
        return [address.display_name, address.addr_spec]

    parts = list(message.iter_parts())
    # Pictures stand in a multipart/related around the HTML (RFC 2387), which names its type.
    pictures = []
    if parts[1].get_content_type() == "multipart/related":
        assert parts[1].get_param("type") == "text/html"
        parts[1], *pictures = parts[1].iter_parts()
    for part in parts + pictures:
        part.get_content()
        defects += [repr(defect) for defect in part.defects]
    print(json.dumps({
        "defects": defects,
        "names": message.keys(),
        "subject": message["Subject"],
        "from": mailbox("From"),
        "to": mailbox("To"),
        "reply_to": mailbox("Reply-To"),
        "date": message["Date"].datetime.isoformat(),
        "message_id": message["Message-ID"].strip(),
        "fields": {name.lower(): str(value) for name, value in message.items()},
        "types": [part.get_content_type() for part in parts],
        "encodings": [part["Content-Transfer-Encoding"] for part in parts],
        "text": parts[0].get_payload(decode=True).decode("utf-8"),
        "html": parts[1].get_payload(decode=True).decode("utf-8"),
        "pictures": [[part["Content-ID"], part.get_content_type(), part.get_filename(), part["Content-Disposition"],
                      part.get_payload(decode=True).hex()] for part in pictures],
    }))


main()
