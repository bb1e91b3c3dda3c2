"""KMail: each mail is a file, in its own reader window."""
from desktop import Desktop, await_that
from mails import subject_of

LOOKS = ["light", "light-blocked"]  # its dark colours come with Plasma

SETTINGS = """[General]
first-start=false

[Reader]
htmlMail=true
"""
# The notice about blocked pictures has a link that shows them; there is no setting for mails from a file.
NOTE, LINK = "#f8d9dc", "#2980b9"
AKONADI = """[%General]
Driver=QSQLITE3
"""


def link_of_note(desktop):
    note = desktop.place_of(NOTE, 0, 500)
    return desktop.place_of(LINK, note[1], note[1] + 100) if note else None


def photograph(mails, look, home, target):
    surroundings = {"QTWEBENGINE_DISABLE_SANDBOX": "1", "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu"}
    with Desktop(home, **surroundings) as desktop:
        settings = home / ".config"
        (settings / "akonadi").mkdir(parents=True)
        (settings / "akonadi" / "akonadiserverrc").write_text(AKONADI, encoding="utf-8")
        (settings / "kmail2rc").write_text(SETTINGS, encoding="utf-8")
        for mail, file in mails.items():
            desktop.start("kmail", "--view", file.as_uri())
            desktop.await_window(subject_of(file))
            desktop.photograph(target(mail))
            if "blocked" not in look and (link := link_of_note(desktop)):
                desktop.click(*link)
                # On a slow machine the window stands still before it takes the click.
                await_that(lambda: not link_of_note(desktop), f"end of the notice in {mail}")
                desktop.photograph(target(mail))
