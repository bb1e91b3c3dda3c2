#!/usr/bin/python3
"""Walks through the public pages as a reader does: scripts/screenshots/pages.py PAPERROUND OUTPUT_FOLDER [LANGUAGE …].

Chromium (headless, 375 pixels wide, JavaScript off) reads the archive, a letter in it, the page to leave, why the reader
gets the newsletter, and his preferences, which it changes by the keyboard alone; joins without a confirmation, leaves by the
button, and opens links that are forged: in English, Hebrew and Japanese, each with its own daemon and SMTP server.
Photographs each page, by day and in dark mode. Fails where a page is wider than its
window, or asks for something that its policy forbids.

With --axe FILE (axe-core's axe.min.js: `npm install axe-core`), a second Chromium looks at every page with it, in both
modes, and fails at any violation.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from axe import Axe
from joining import HERE, TITLES, Browser, Newsletter, await_that

IMAGES = HERE.parent.parent / "demo" / "images"
ARTICLES = {"he": "he.md"}
MORE = """    archive: true
    language: {language}
  walks:
    title: "{walks}"
    from: "Walks <walks@example.org>"
    subscribe: true
    confirm: false
    sources: [{{folder: "{folder}/walks"}}]
"""
WALKS = {"en": "Walks & Pies", "he": "הליכות ופשטידות", "ja": "散歩とパイ"}


def articles(folder, language):
    """A folder source with one post that has a link, and one without any."""
    text = (HERE / ARTICLES.get(language, "en.md")).read_text(encoding="utf-8")
    text = re.sub(r"(?m)^date: .*$", "", text.replace("IMAGES/", ""))
    text = re.sub(r"(?m)^link: .*\n", "", text)
    for image in IMAGES.glob("*.png"):
        shutil.copy(image, folder)
    return text


class Site(Newsletter):
    """The daemon with an archive, and a second newsletter that has a page to subscribe."""

    def __init__(self, paperround, folder, language):
        self.paperround = paperround
        (folder / "walks").mkdir()
        (folder / "posts").mkdir()
        self.language = language
        super().__init__(paperround, folder, language)

    def configuration(self, text):
        text = text.replace('{feed: "file://%s/feed.xml", every: 1s}' % self.folder, '{folder: "%s/posts", every: 1s}' % self.folder)
        more = MORE.format(language=self.language, folder=self.folder, walks=WALKS.get(self.language, WALKS["en"]))
        return text.replace("relays:\n", more + "relays:\n")

    def command(self, *arguments):
        subprocess.run([self.paperround, "--config", str(self.folder / "config.yaml"), *arguments], check=True, stdout=subprocess.DEVNULL)

    def post(self, name, text):
        (self.folder / "posts" / name).write_text(text, encoding="utf-8")


def walk(paperround, output, language, axe_file):
    with tempfile.TemporaryDirectory(prefix="paperround-pages-") as name:
        folder = pathlib.Path(name)
        axe = Axe(axe_file, language)
        try:
            with Site(paperround, folder, language) as site, Browser(language) as browser:
                look_around(site, browser, axe, output, language)
        finally:
            axe.close()
        return axe.found


def refusal_of(url, body, language):
    """The page that answers a POST which nobody's browser sends."""
    request = urllib.request.Request(url, body, {"Accept": "text/html", "Accept-Language": language})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            sys.exit(f"{url}: answered {answer.status} to a request that asks for nothing")
    except urllib.error.HTTPError as refused:
        return refused.read()


def look_around(site, browser, axe, output, language):
    base = f"http://127.0.0.1:{site.port}"

    def see(path, number, what):
        url = path if "://" in path else base + path
        browser.open(url)
        browser.photograph(output / f"pages-{language}-{number}-{what}")
        axe.look(url, f"{language} {what}")

    def see_now(number, what):
        """The page that a form led to."""
        browser.photograph(output / f"pages-{language}-{number}-{what}")
        axe.look_at(browser.html(), f"{language} {what}")

    see(f"/a/notes?lang={language}", 1, "empty-archive")  # the plain address is kept for five minutes
    site.command("subscribers", "add", "reader@example.org", "--newsletter", "notes", "--name", "Ada", "--attribute", f"language={language}")
    text = articles(site.folder / "posts", language)
    site.post("one.md", text)
    await_that(site.mails, "the first letter")
    site.post("two.md", "---\ntitle: 2\n---\n# 2\n\nText.\n")
    await_that(lambda: len(site.mails()) == 2, "the second letter")
    await_that(lambda: site.said("mailing 2: every subscriber has a delivery"), "the second mailing")
    message = next(iter(site.mails().values()))
    leave = re.search(r"<(http[^>]+)>", message["List-Unsubscribe"]).group(1)
    see("/a/notes", 2, "archive")
    see("/a/notes/1", 3, "letter")
    see(leave, 4, "leave")
    see(leave.replace("/u/", "/w/"), 5, "why")
    browser.open(leave)
    preferences = re.search(r'href="(http[^"]+/p/[^"]+)"', browser.chromium("DOM.getOuterHTML", nodeId=browser.chromium(
        "DOM.getDocument", depth=0)["root"]["nodeId"])["outerHTML"]).group(1)
    see(preferences, 6, "preferences")
    # By the keyboard alone: past the first box, a tick into the second, past language and name, and the button.
    browser.open(preferences)
    for _ in range(2):
        browser.key("Tab", 9)
    browser.key(" ", 32, text=" ")
    for _ in range(3):
        browser.key("Tab", 9)
    before = browser.text("h1")
    browser.key("Enter", 13, text="\r")
    await_that(lambda: (heading := browser.text("h1")) != before and heading, "the page that says that it is saved")
    see_now(7, "saved")
    shown = subprocess.run([site.paperround, "--config", str(site.folder / "config.yaml"), "subscribers", "show", "reader@example.org",
                            "--newsletter", "walks"], capture_output=True, text=True, check=True).stdout
    if "active" not in shown:
        sys.exit(f"{language}: the reader does not read what he ticked: {shown}")
    see("/s/notes", 8, "subscribe")
    see("/nothing", 9, "absent")
    see("/", 10, "home")
    see("/u/forged", 11, "unknown")
    see("/c/forged", 12, "expired")
    for number, what, body in ((13, "incomplete", b"x=1"), (14, "refused", b"x=" + 70_000 * b"x")):
        page = output / f"pages-{language}-{what}.html"
        page.write_bytes(refusal_of(leave, body, language))
        see(page.resolve().as_uri(), number, what)
    browser.open(base + "/s/walks")
    time.sleep(2)  # a person needs as long, and the form takes no less
    browser.fill_in("other@example.org")
    see_now(15, "joined")
    browser.open(leave)
    browser.fill_in()
    see_now(16, "left")
    see(leave, 17, "already")
    print(f"{language}: read online, and changed his preferences")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("paperround", type=pathlib.Path)
    arguments.add_argument("output", type=pathlib.Path)
    arguments.add_argument("languages", nargs="*")
    arguments.add_argument("--axe", type=pathlib.Path)
    given = arguments.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    found = []
    for language in given.languages or TITLES:
        found += walk(str(given.paperround.resolve()), given.output, language, given.axe)
    if found:
        sys.exit("\n".join(found))


main()
