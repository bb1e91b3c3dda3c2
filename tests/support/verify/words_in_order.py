"""Whether texts say every word of their HTML, in order: standard input is JSON, [{html, text}]; prints the first word
that is missing of each, as a JSON list. The HTML is read by Python's own parser."""
import html.parser
import json
import re
import sys

WIDE = r"[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uff60]"  # may break anywhere: compared character by character


class Words(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.text = ""
        self.skipped = 0

    def handle_starttag(self, tag, attrs):
        self.text += " "  # a link's note stands behind it, in the middle of a word
        self.skipped += tag in ("script", "style")
        if tag == "img":
            self.text += " " + (dict(attrs).get("alt") or "") + " "

    def handle_endtag(self, tag):
        self.text += " "
        self.skipped -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.skipped:
            self.text += data


# The number of a note, a power and an index are written with special characters.
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")


def words_of(text):
    return re.findall(rf"{WIDE}|(?:(?!{WIDE})\S)+", text)


def first_missing(html_text, text):
    parser = Words()
    parser.feed(html_text)
    parser.close()
    text = text.translate(PLAIN)
    at = 0
    for word in words_of(parser.text):
        found = text.find(word, at)
        if found < 0:
            return word
        at = found + len(word)
    return None


missing = [first_missing(one["html"], one["text"]) for one in json.load(sys.stdin)]
print(json.dumps(missing))
