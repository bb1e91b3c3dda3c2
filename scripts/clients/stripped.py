"""No mail program: Chromium at a desktop's and a phone's width, with every style sheet removed, and with all colours inverted
except those of pictures, as phones with their own dark mode do."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "screenshots"))
import take  # noqa: E402

LOOKS = ["bare", "inverted"]
INVERSION = """<style>html { background: #fff; filter: invert(1) hue-rotate(180deg); }
img { filter: invert(1) hue-rotate(180deg); }</style>"""


def photograph(mails, look, home, target):
    home.mkdir(parents=True, exist_ok=True)
    for mail, file in mails.items():
        content = file.with_suffix(".html").read_text(encoding="utf-8")
        content = take.without_style_sheet(content) if look == "bare" else content.replace("</head>", INVERSION + "</head>")
        take.photograph(content, "light", target(mail), home)
