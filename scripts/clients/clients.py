#!/usr/bin/python3
"""Shows our mail in mail programs: ./dev clients [CLIENT...], of thunderbird, roundcube, evolution, claws, kmail, stripped,
platforms.

Opens ten mails in each, light and dark where it has both, with remote pictures shown and blocked, and keeps what is seen
in build/clients/CLIENT/MAIL-LOOK.png, with one sheet of all, build/clients/CLIENT.webp; docs/clients.md has copies of these.
`stripped` is no program: Chromium shows the mails without any style sheet, and with their colours inverted as phones do.
`platforms` are other mails: a post of each large platform, in Chromium at two widths and in Thunderbird, light and dark.
"""
import importlib
import os
import pathlib
import re
import subprocess
import sys
import time

import mails

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build" / "clients"
PROGRAM = os.environ.get("PAPERROUND", ROOT / "build" / "release" / "paperround")
CLIENTS = ["thunderbird", "roundcube", "evolution", "claws", "kmail", "stripped", "platforms"]
# Of the sheet, in pixels: a mail's width, and the height that is shown.
THUMBNAIL, SHOWN = 190, 420
# Of a picture, in its own pixels: the height that is read for the sheet. All of it would take minutes.
WIDTH_READ, HEIGHT_READ = 900, 1990


def cut(picture):
    """Crops the empty part below the mail; ignores its edges, where scroll bars and window borders are."""
    box = subprocess.run(["convert", picture, "-shave", "64x80", "-format", "%@ %w", "info:"], check=True, capture_output=True,
                         text=True).stdout
    height, y, width = map(int, re.match(r"\d+x(\d+)\+\d+\+(\d+) (\d+)", box).groups())
    subprocess.run(["mogrify", "-crop", f"{width + 128}x{height + y + 100}+0+0", "+repage", picture], check=True)


def make_sheet(pictures, columns, target):
    """A row for each look, a column for each mail."""
    tops = [f"{picture}[{WIDTH_READ}x{HEIGHT_READ}+0+0]" for picture in pictures]
    subprocess.run(["montage", *tops, "-filter", "box", "-resize", f"{THUMBNAIL}x", "-gravity", "north", "-tile",
                    f"{columns}x", "-geometry", f"{THUMBNAIL}x{SHOWN}+4+4", "-background", "#888", "-quality", "60", target],
                   check=True)


def photograph(name, mail_files):
    client = importlib.import_module(name)
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for look in client.LOOKS:
        began = time.monotonic()
        here = {mail: folder / f"{mail}-{look}.png" for mail in mail_files}
        client.photograph(mail_files, look, FOLDER / "homes" / name, here.get)
        for picture in here.values():
            cut(picture)
        pictures += here.values()
        print(f"{name} {look}: {time.monotonic() - began:.0f} s", flush=True)
    make_sheet(pictures, len(mail_files), FOLDER / f"{name}.webp")


def main(names):
    unknown = set(names) - set(CLIENTS)
    if unknown:
        sys.exit(f"clients: {', '.join(sorted(unknown))}: not among {', '.join(CLIENTS)}")
    made = set()
    for name in names or CLIENTS:
        shown, folder = (mails.PLATFORMS, "mails-platforms") if name == "platforms" else (mails.MAILS, "mails")
        if folder not in made:
            mails.make(PROGRAM, shown, FOLDER / folder)
            made.add(folder)
        photograph(name, {mail: FOLDER / folder / f"{mail}.eml" for mail in shown})


if __name__ == "__main__":
    main(sys.argv[1:])
