"""Evolution: the mails are in a spool file; the first is opened in a window of its own, and that window goes on to the others."""
from desktop import Desktop, await_that
from mails import subject_of

LOOKS = ["light", "dark", "light-blocked", "dark-blocked"]

# GSettings, in the form of its keyfile backend. At each start Evolution sets the policy from the older key: without that key the
# policy would become "never".
SETTINGS = """[org/gnome/evolution/mail]
show-startup-wizard=false
prompt-check-if-default-mailer=false
image-loading-policy='{images}'
load-http-images={old_images}
mark-seen=true
mark-seen-timeout=0

[org/gnome/evolution/mail/browser-window]
size=(900,6400)
maximized=true

[org/gnome/desktop/interface]
color-scheme='{preference}'
"""
ACCOUNT = """[Data Source]
DisplayName=Spool
Enabled=true
Parent=

[Mail Account]
BackendName=spool
IdentityUid=
NeedsInitialSetup=false

[Spool Backend]
Path={spool}
"""
STATE = """[Folder Tree]
Selected=folder://spool/INBOX

[Folder folder://spool/INBOX]
GroupByThreads=false
ShowPreview=true
"""


def prepare(home, mails, look):
    def write(name, text):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    write(".config/glib-2.0/settings/keyfile", SETTINGS.format(
        images="never" if "blocked" in look else "always", old_images=0 if "blocked" in look else 2, preference="prefer-dark" if "dark" in look else "default"))
    write(".config/evolution/sources/spool.source", ACCOUNT.format(spool=home / "spool"))
    write(".config/evolution/mail/state.ini", STATE)
    write("spool", "".join(f"From notes@example.org Mon Nov 30 03:00:00 2026\n{file.read_text(encoding='utf-8')}\n"
                           for file in mails.values()))


def photograph(mails, look, home, target):
    theme = "Adwaita:dark" if "dark" in look else "Adwaita"
    subjects = {subject_of(file): mail for mail, file in mails.items()}
    with Desktop(home, GSETTINGS_BACKEND="keyfile", GIO_USE_NETWORK_MONITOR="base", GTK_THEME=theme) as desktop:
        prepare(home, mails, look)
        desktop.start("evolution", "--component=mail", "--force-online")
        desktop.await_window("Inbox")
        window = desktop.window_after("Return")
        while True:
            # For a moment the title is the folder's name.
            await_that(lambda: desktop.title(window) in subjects, f"subject in the title of {window}")
            desktop.photograph(target(subjects.pop(desktop.title(window))))
            if not subjects:
                return
            desktop.change_title(window, "bracketright")  # the next unread mail, in the same window
