"""A post of each large platform: in Chromium at a desktop's and a phone's width side by side, and in Thunderbird."""
import thunderbird
from stripped import take

LOOKS = ["light", "dark", "thunderbird-light", "thunderbird-dark"]


def photograph(mails, look, home, target):
    if look.startswith("thunderbird-"):
        thunderbird.photograph(mails, look.removeprefix("thunderbird-"), home, target)
        return
    home.mkdir(parents=True, exist_ok=True)
    for mail, file in mails.items():
        take.photograph(file.with_suffix(".html").read_text(encoding="utf-8"), look, target(mail), home)
