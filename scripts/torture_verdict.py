"""Compares the sink's books with the daemon's at the end of a round of scripts/torture.py."""
import collections
import pathlib
import re
import sqlite3

ROOT = pathlib.Path(__file__).resolve().parent.parent
INVARIANTS = ROOT / "tests" / "support" / "invariants" / "invariants.sql"
INVARIANT = re.compile(r"^-- (always|at rest): ([^\n]*)\n(.*?;)$", re.M | re.S)
REFUSALS = {"rejected_recipient", "perhaps_recipient", "rejected_policy"}


def broken_invariants(folder, at_rest):
    """What breaks the invariants that the tests ask, too, in words; at_rest: the daemon has stopped in good order."""
    text = INVARIANTS.read_text(encoding="utf-8")
    invariants = INVARIANT.findall(text)
    if not invariants or len(invariants) != len(re.findall(r"^-- (?:always|at rest): ", text, re.M)):
        raise RuntimeError(f"{INVARIANTS}: {len(invariants)} statements were found, and not one for each invariant")
    database = sqlite3.connect(f"file:{folder}/data/paperround.db?mode=ro", uri=True)
    try:
        return [f"{row[0]} ({words})" for when, words, sql in invariants
                if at_rest or when == "always" for row in database.execute(sql)]
    finally:
        database.close()


def hold_against_each_other(played):
    """The round's figures, and the broken promises, in words."""
    daemon, books = played.daemon, played.sink.books()
    attempts, breaches = collections.defaultdict(list), list(played.breaches)
    for line in daemon.listing("log"):
        attempts[line["recipient"]].append(line)
    figures = collections.Counter(ordeals=len(played.met_at), left=len(played.left))
    for number in range(played.messages):
        reader = f"reader{number}@example.net"
        lines, copies = attempts[reader], books.accepted[reader]
        if reader in played.left:
            if copies > played.left[reader]:
                breaches.append(f"{reader} has left, and was mailed afterwards")
            continue
        last = lines[-1]["outcome"] if lines else "nothing"
        doubts = sum(line["outcome"] == "in_doubt" for line in lines)
        figures["in doubt"] += doubts
        figures["duplicates"] += max(0, copies - 1)
        figures["accepted"] += copies > 0
        refused = last in REFUSALS and reader in books.refused
        held = last == "in_doubt" and doubts >= 2
        figures["refused"] += refused and not copies
        figures["held"] += held
        figures["held, not arrived"] += held and not copies
        if not (copies or refused or held):
            figures["lost"] += 1
            breaches.append(f"{reader} is lost: the log ends with {last}")
        if last == "accepted" and not copies:
            breaches.append(f"{reader} is recorded as accepted, and the sink never took it")
        if not (last == "accepted" or refused or held):
            breaches.append(f"{reader} has no final outcome: the log ends with {last}")
        if copies - 1 > doubts + played.sent_again[reader]:
            breaches.append(f"{reader} got {copies} copies, of which {doubts} are named in doubt")
        if played.exact and doubts > books.unanswered[reader]:
            words = [line["text"] for line in lines if line["outcome"] == "in_doubt"]
            breaches.append(f"{reader} is in doubt {doubts} times, {books.unanswered[reader]} dots were unanswered: {words}")
        if len(books.message_ids.get(reader, set()) | {line["message_id"] for line in lines if copies}) > 1:
            breaches.append(f"{reader} has several Message-IDs: {books.message_ids.get(reader)}")
    of_a_kill = played.connections if played.recorded else played.window
    figures["bound"] = (of_a_kill * played.kills + played.allowed + books.unanswered_dots
                        + sum(played.sent_again.values()))
    if figures["duplicates"] > figures["bound"]:
        breaches.append(f"{figures['duplicates']} duplicates, and at most {figures['bound']} are allowed")
    return figures, breaches + disagreements(daemon, figures, books)


def disagreements(daemon, figures, books):
    mailing = daemon.listing("mailings")[0]
    breaches = []
    if len(set().union(*books.message_ids.values())) != len(books.message_ids):
        breaches.append("two recipients share a Message-ID")
    if mailing["held"] != figures["held"]:
        breaches.append(f"{mailing['held']} held, and {figures['held']} doubted twice in the log")
    if mailing["failed"] < figures["refused"]:
        breaches.append(f"{mailing['failed']} failed, and the sink refused {figures['refused']}")
    database = sqlite3.connect(f"file:{daemon.folder}/data/paperround.db?mode=ro", uri=True)
    sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    breaches += broken_invariants(daemon.folder, at_rest=True)
    return breaches + ([] if sound == "ok" else [f"the database is not sound: {sound}"])
