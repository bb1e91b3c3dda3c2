"""Thunderbird: each mail is a file, in its own window."""
from desktop import Desktop
from mails import subject_of

LOOKS = ["light", "dark", "light-blocked", "dark-blocked"]

SETTINGS = """
user_pref("app.donation.eoy.version.viewed", 999);
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mail.rights.version", 1);
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mail.spotlight.firstRunDone", true);
user_pref("mail.winsearch.firstRunDone", true);
user_pref("network.captive-portal-service.enabled", false);
user_pref("toolkit.cosmeticAnimations.enabled", false);
user_pref("ui.prefersReducedMotion", 1);
user_pref("mailnews.message_display.disable_remote_image", {blocked});
user_pref("ui.systemUsesDarkTheme", {dark});
user_pref("extensions.activeThemeID", "thunderbird-compact-{scheme}@mozilla.org");
"""


def photograph(mails, look, home, target):
    """target(mail) is the path of a mail's picture."""
    scheme = look.split("-")[0]
    with Desktop(home) as desktop:
        profile = home / "profile"
        profile.mkdir()
        (profile / "user.js").write_text(SETTINGS.format(blocked="true" if "blocked" in look else "false",
                                                         dark=int(scheme == "dark"), scheme=scheme), encoding="utf-8")
        for mail, file in mails.items():
            desktop.start("thunderbird", "--profile", str(profile), str(file))  # the first process runs, later ones only call it
            window = desktop.await_window(subject_of(file))
            desktop.photograph(target(mail))
            if mail != next(iter(mails)):  # Thunderbird would end with its last window
                desktop.run("xdotool", "windowclose", window)
