"""Claws Mail with its HTML viewer (litehtml): each mail is opened from a folder, in its own window."""
from desktop import Desktop

LOOKS = ["light", "light-blocked"]

SETTINGS = """[Common]
promote_html_part=1
invoke_plugin_on_html=1
render_html=1
mark_as_read_on_new_window=1
show_statusbar=0

[Plugins_GTK3]
/usr/lib/x86_64-linux-gnu/claws-mail/plugins/litehtml_viewer.so

[LiteHTML]
enable_remote_content={remote}
"""
ACCOUNT = """[Account: 1]
account_name=Reader
is_default=1
name=Reader
address=reader@example.org
protocol=5
smtp_server=localhost
"""
FOLDERS = """<?xml version="1.0" encoding="UTF-8"?>
<folderlist>
    <folder type="mh" collapsed="0" name="Mail" path="Mail">
        <folderitem type="inbox" name="inbox" path="inbox" mtime="0" collapsed="0" />
    </folder>
</folderlist>
"""


def photograph(mails, look, home, target):
    for mail, file in mails.items():
        with Desktop(home, GTK_THEME="Adwaita:dark" if "dark" in look else "Adwaita") as desktop:
            settings = home / ".claws-mail"
            settings.mkdir()
            (settings / "clawsrc").write_text(SETTINGS.format(remote=0 if "blocked" in look else 1), encoding="utf-8")
            (settings / "accountrc").write_text(ACCOUNT, encoding="utf-8")
            (settings / "folderlist.xml").write_text(FOLDERS, encoding="utf-8")
            (home / "Mail" / "inbox").mkdir(parents=True)
            (home / "Mail" / "inbox" / "1").write_bytes(file.read_bytes())
            desktop.start("claws-mail", "--select", "#mh/Mail/inbox/1")
            desktop.await_window("Claws")
            desktop.window_after("ctrl+alt+n")
            desktop.photograph(target(mail))
