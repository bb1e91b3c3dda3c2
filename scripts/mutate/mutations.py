"""Small faults that a programmer could make, as places in the text of a C++ source.

`faults(text)` gives all of them, in the order of the text. Comments, includes and the words of messages are left alone;
statements of SQL in literals are not. Pure: it reads no file.
"""
import dataclasses
import re

# Comments, and literals with what stands around them. A raw literal ends with its own mark.
OPAQUE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.S)
SQL = re.compile(r'\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b')
PREPROCESSOR = re.compile(r'^[ \t]*#[^\n]*', re.M)
ASSERTION = re.compile(r'\bstatic_assert\s*\(.*?\);', re.S)


@dataclasses.dataclass(frozen=True)
class Fault:
    """The text from `begin` to `end` is replaced by `new`."""
    begin: int
    end: int
    new: str
    kind: str

    def applied_to(self, text):
        return text[:self.begin] + self.new + text[self.end:]


# kind, what is found, what stands in its place (a text, or a function of the match). Operators that could be templates,
# pointers or references have blanks around them here, as clang-format writes them.
IN_CODE = [
    ("bound moved", r" (<=|>=) ", lambda m: {"<=": " < ", ">=": " > "}[m[1]]),
    ("bound moved", r" ([<>]) ", lambda m: f" {m[1]}= "),
    ("condition negated", r" (==|!=) ", lambda m: {"==": " != ", "!=": " == "}[m[1]]),
    ("and, or", r" (&&|\|\|) (?!=)", lambda m: {"&&": " || ", "||": " && "}[m[1]]),
    ("plus, minus", r"(?<=[\w)\]]) ([+-]) (?=[\w(])", lambda m: {"+": " - ", "-": " + "}[m[1]]),
    ("plus, minus", r" ([+-])= ", lambda m: {"+": " -= ", "-": " += "}[m[1]]),
    ("plus, minus", r"(\+\+|--)(?=\w)", lambda m: {"++": "--", "--": "++"}[m[1]]),
    ("least, most", r"\b(?:std::|std::ranges::)(min|max)\(", lambda m: m[0].replace(m[1], {"min": "max", "max": "min"}[m[1]])),
    ("true, false", r"\b(true|false)\b", lambda m: {"true": "false", "false": "true"}[m[1]]),
    ("off by one", r"(?<![\w.'])(\d+)(?![\w.'])", lambda m: str(int(m[1]) + 1)),
    ("off by one", r"(?<![\w.'])([1-9]\d*)(?![\w.'])", lambda m: str(int(m[1]) - 1)),
    ("first, last", r"\.(front|back|begin|end)\(\)(?=[;),. ])",
     lambda m: m[0].replace(m[1], {"front": "back", "back": "front", "begin": "end", "end": "begin"}[m[1]])),
    ("statement dropped", r"(?<=\n)([ ]{4,})(?!return\b|using\b|else\b|case\b|default\b|throw\b|co_)"
                          r"(?:if \([^;{}\n]*\) )?[A-Za-z_:][\w:]*(?:(?:\.|->)\w+)*(?:\([^;{}\n]*\)|(?: [+|-]?= )[^;{}\n]+)[^;{}\n=]*;(?=\n)", r"\1;"),
    ("branch dropped", r"(?<=\n)([ ]{4,})if \([^;{}\n]*\) (?:return|continue|break)\b[^;{}\n]*;(?=\n)", r"\1;"),
    ("condition dropped", r"(?<=\n)([ ]{4,})if \([^;{}\n]*\) (?=[A-Za-z_][^\n]*;\n)", r"\1"),
]
IN_SQL = [
    ("SQL: bound moved", r" (<=|>=) ", lambda m: {"<=": " < ", ">=": " > "}[m[1]]),
    ("SQL: bound moved", r" ([<>]) ", lambda m: f" {m[1]}= "),
    ("SQL: and, or", r" (AND|OR) (?!REPLACE|IGNORE)", lambda m: {"AND": " OR ", "OR": " AND "}[m[1]]),
    ("SQL: condition dropped", r" AND [\w.]+ (?:=|<>|<|>|<=|>=) (?:\?\d+|\d+|[\w.]+)(?= |$|\))", ""),
    ("SQL: order", r" (ASC|DESC)\b", lambda m: {"ASC": " DESC", "DESC": " ASC"}[m[1]]),
    ("SQL: plus, minus", r"(?<=\w) ([+-]) (?=[\w?])", lambda m: {"+": " - ", "-": " + "}[m[1]]),
]
ENUMERATOR = re.compile(r"\b([A-Z]\w*)::([a-z]\w*)\b(?!\s*[(<:])")


def blanked(text, patterns):
    """The text with each match of the patterns replaced by blanks; lines and columns keep their places."""
    for pattern in patterns:
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


def literals(text):
    """(begin, end) of each literal text, with its quotation marks."""
    return [match.span() for match in OPAQUE.finditer(text) if match.group().startswith(('"', 'R"'))]


def found(rules, text, offset=0):
    for kind, pattern, new in rules:
        for match in re.finditer(pattern, text):
            replacement = match.expand(new) if isinstance(new, str) else new(match)
            if replacement != match.group():
                yield Fault(match.start() + offset, match.end() + offset, replacement, kind)


def other_enumerators(code):
    """Each enumerator, replaced by the next one of its enumeration that this file names."""
    known = {}
    for match in ENUMERATOR.finditer(code):
        names = known.setdefault(match[1], [])
        if match[2] not in names:
            names.append(match[2])
    for match in ENUMERATOR.finditer(code):
        names = known[match[1]]
        if len(names) > 1:
            other = names[(names.index(match[2]) + 1) % len(names)]
            yield Fault(match.start(), match.end(), f"{match[1]}::{other}", "another state")


def faults(text):
    code = blanked(text, [OPAQUE, PREPROCESSOR, ASSERTION])
    every = list(found(IN_CODE, code)) + list(other_enumerators(code))
    # A statement is often written as several literals in a row, whose first one alone names what it does.
    in_statement, last_end = False, -1
    for begin, end in literals(text):
        follows = last_end >= 0 and text[last_end:begin].strip() == ""
        in_statement = bool(SQL.search(text[begin:end])) or (in_statement and follows)
        if in_statement:
            every += found(IN_SQL, text[begin:end], begin)
        last_end = end
    distinct = {(fault.begin, fault.end, fault.new): fault for fault in every}
    return [distinct[place] for place in sorted(distinct)]
