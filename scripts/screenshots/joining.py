#!/usr/bin/python3
"""Joins a newsletter as a reader does: scripts/screenshots/joining.py PAPERROUND OUTPUT_FOLDER [LANGUAGE …].

Chromium (headless, 375 pixels wide, JavaScript off, by the keyboard alone) subscribes, confirms by the link in the mail, gets
the next mailing, leaves by one click, and does not get the one after it: in English, Hebrew and Japanese, each with its
own daemon and SMTP server. Photographs each page, by day and in dark mode. Fails where a page is wider than its window,
where a page asks for something that its policy forbids, and where anything above does not come to pass.

With --axe FILE (axe-core's axe.min.js: `npm install axe-core`), a second Chromium looks at every page with it, in both
modes, and the script fails at any violation.
"""
import argparse
import base64
import contextlib
import email
import email.policy
import json
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SERVER = HERE.parent.parent / "tests" / "support" / "servers" / "aiosmtpd_server.py"
TITLES = {"en": "Field Notes", "he": "רשימות מהשדה", "ja": "野の便り"}
WIDTH, HEIGHT = 375, 740
PATIENCE = 60

CONFIGURATION = """
data_dir: {folder}/data
public_url: http://127.0.0.1:{port}
http: {{listen: "127.0.0.1:{port}"}}
newsletters:
  notes:
    title: "{title}"
    from: "Field Notes <notes@example.org>"
    postal_address: "1 High Street, Anytown AT1 2BC"
    subscribe: true
    theme: {{accent: "#0a5c8f"}}
    sources: [{{feed: "file://{folder}/feed.xml", every: 1s}}]
relays:
  main: {{url: "smtp://127.0.0.1:{relay}", tls: never}}
"""


def await_that(condition, what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.1)
    sys.exit(f"waited {PATIENCE} s in vain: {what}")


def free_port():
    """A port below Linux's ephemeral ports, so that no outgoing connection takes it meanwhile."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(10_000, 32_000)))
            return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class DriverError(Exception):
    """What chromedriver says when it could not do as it was told."""


class Browser:
    """WebDriver (W3C), and what Chromium adds to it."""

    def __init__(self, language, scripts=False):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = f"http://127.0.0.1:{self.port_said()}/session"
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage", f"--lang={language}"],
            "prefs": {"profile.managed_default_content_settings.javascript": 1 if scripts else 2, "intl.accept_languages": language},
            "mobileEmulation": {"deviceMetrics": {"width": WIDTH, "height": HEIGHT, "pixelRatio": 2}},
        }
        wanted = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
        # A busy machine lets Chromium's start fail now and then; without a session nothing has happened yet.
        session = self.until_done(lambda: self.ask("POST", "", capabilities=wanted), "a browser")
        self.address += "/" + session["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ask("DELETE", "")
        self.driver.terminate()
        self.driver.wait()

    def ask(self, method, path, **what):
        body = json.dumps(what).encode() if method == "POST" else None
        request = urllib.request.Request(self.address + path, body, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            raise DriverError(f"{method} {path} {what.get('cmd', '')}: {refused.read().decode(errors='replace')}") from None

    def port_said(self):
        for line in self.driver.stdout:
            if said := re.search(r"started successfully on port (\d+)", line):
                return said.group(1)
        sys.exit("chromedriver ended before it said its port")

    def until_done(self, attempt, what):
        """The value of `attempt`, which fails while a page gives way to the next one."""
        failures = []

        def tried():
            try:
                return [attempt()]
            except DriverError as failure:
                failures.append(str(failure))
                return None

        try:
            (value,) = await_that(tried, what)
        except SystemExit as vain:
            sys.exit(f"{vain}; last: {failures[-1]}")
        return value

    def html(self):
        def now():
            document = self.chromium("DOM.getDocument", depth=0)["root"]["nodeId"]
            return self.chromium("DOM.getOuterHTML", nodeId=document)["outerHTML"]
        return self.until_done(now, "the page's source")

    def open(self, url):
        self.ask("POST", "/url", url=url)

    def text(self, tag):
        return self.until_done(lambda: self.text_now(tag), f"the words of {tag}")

    def text_now(self, tag):
        """The first such element's words. WebDriver's own way would need JavaScript."""
        document = self.chromium("DOM.getDocument", depth=0)["root"]["nodeId"]
        node = self.chromium("DOM.querySelector", nodeId=document, selector=tag)["nodeId"]
        return re.sub("<[^>]*>", "", self.chromium("DOM.getOuterHTML", nodeId=node)["outerHTML"]).strip() if node else ""

    def key(self, name, number, **more):
        for kind in ("keyDown", "keyUp"):
            self.chromium("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=number, **more)

    def fill_in(self, *words):
        """With the keyboard alone: each field in turn, and the button behind them; returns the heading that follows."""
        before = self.text("h1")
        for word in words:
            self.key("Tab", 9)
            self.chromium("Input.insertText", text=word)
        self.key("Tab", 9)
        self.key("Enter", 13, text="\r")
        return await_that(lambda: (heading := self.text("h1")) != before and heading, f"another page than \"{before}\"")

    def chromium(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", cmd=command, params=parameters)

    def photograph(self, target):
        for scheme in ("light", "dark"):
            self.chromium("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            width = self.until_done(lambda: self.chromium("Page.getLayoutMetrics"), "the page's size")["cssContentSize"]["width"]
            if width > WIDTH:
                sys.exit(f"{target}: the page is {width} pixels wide, in a window of {WIDTH}")
            picture = self.until_done(lambda: self.chromium("Page.captureScreenshot", captureBeyondViewport=True), "a picture")["data"]
            target.with_name(f"{target.name}-{scheme}.png").write_bytes(base64.b64decode(picture))
        refused = [entry["message"] for entry in self.ask("POST", "/se/log", type="browser") if "Content Security Policy" in entry["message"]]
        if refused:
            sys.exit(f"{target}: {refused}")


class Newsletter:
    """A daemon and the SMTP server that it sends to."""

    def __init__(self, paperround, folder, language):
        self.folder = folder
        self.port, relay = free_port(), free_port()
        self.publish([])
        configuration = CONFIGURATION.format(folder=folder, port=self.port, relay=relay, title=TITLES.get(language, "Field Notes"))
        (folder / "config.yaml").write_text(self.configuration(configuration), encoding="utf-8")
        self.processes = [
            subprocess.Popen([sys.executable, str(SERVER), f"--port={relay}", f"--maildir={folder / 'mail'}"], stdout=subprocess.DEVNULL),
            subprocess.Popen([paperround, "--config", str(folder / "config.yaml"), "run"], stderr=(folder / "log").open("w")),
        ]
        await_that(lambda: listens(self.port) and listens(relay), "daemon and SMTP server listen")

    def configuration(self, text):
        return text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()

    def publish(self, titles):
        items = "".join(
            f'<item><guid isPermaLink="false">{title}</guid><title>{title}</title><description>&lt;p&gt;{title}&lt;/p&gt;</description></item>'
            for title in titles)
        (self.folder / "feed.new").write_text(f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>')
        (self.folder / "feed.new").rename(self.folder / "feed.xml")

    def mails(self):
        """All messages so far, by subject."""
        found = {}
        for file in (self.folder / "mail").rglob("*"):
            if file.is_file() and file.parent.name == "new":
                message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                found[str(message["Subject"])] = message
        return found

    def said(self, words):
        return words in (self.folder / "log").read_text(encoding="utf-8", errors="replace")


def text_of(message, kind):
    return message.get_body(preferencelist=(kind,)).get_content()


def sent_at_once(form, language):
    """The page that answers a form which is sent as soon as it has come."""
    fields = {"Accept-Language": language}
    with urllib.request.urlopen(urllib.request.Request(form, headers=fields), timeout=PATIENCE) as answer:
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.read().decode())
    body = urllib.parse.urlencode({"email": "reader@example.org", **dict(hidden)}).encode()
    with urllib.request.urlopen(urllib.request.Request(form, body, fields), timeout=PATIENCE) as answer:
        return answer.read()


def join(paperround, output, language, axe):
    with tempfile.TemporaryDirectory(prefix="paperround-join-") as folder, \
            Newsletter(paperround, pathlib.Path(folder), language) as newsletter, Browser(language) as browser:

        def see(what):
            browser.photograph(output / f"join-{language}-{what}")
            axe.look_at(browser.html(), f"{language} {what}")

        browser.open(f"http://127.0.0.1:{newsletter.port}/s/notes")
        see("1-form")
        # Faster than a person, and than this browser.
        page = output / f"join-{language}-too-fast.html"
        page.write_bytes(sent_at_once(f"http://127.0.0.1:{newsletter.port}/s/notes", language))
        browser.open(page.resolve().as_uri())
        see("1-too-fast")
        browser.open(f"http://127.0.0.1:{newsletter.port}/s/notes")
        time.sleep(2)  # a person needs as long, and the form takes no less
        browser.fill_in("reader@example")
        see("1-no-address")
        browser.open(f"http://127.0.0.1:{newsletter.port}/s/notes")
        time.sleep(2)
        browser.fill_in("reader@example.org")
        see("2-asked")
        asking = await_that(newsletter.mails, "the mail that asks to confirm")
        (subject, message), = asking.items()
        link = re.search(r"http\S+/c/\S+", text_of(message, "plain")).group()
        if link not in text_of(message, "html"):
            sys.exit(f"{language}: the HTML part has another link than the text part")
        page = output / f"join-{language}-mail.html"
        page.write_text(text_of(message, "html"), encoding="utf-8")
        browser.open(page.resolve().as_uri())
        browser.photograph(output / f"join-{language}-3-mail")
        browser.open(link)
        see("4-confirm")
        browser.fill_in()
        see("5-confirmed")
        browser.open(link)
        see("5-used-link")

        newsletter.publish(["First"])
        mailing = await_that(lambda: newsletter.mails().get("First"), "the first mailing")
        leave = re.search(r"<(http[^>]+)>", mailing["List-Unsubscribe"]).group(1)
        browser.open(leave.replace("/u/", "/w/"))
        see("6-why")
        with urllib.request.urlopen(leave, b"List-Unsubscribe=One-Click", timeout=PATIENCE) as answer:
            if answer.status != 200:
                sys.exit(f"{language}: leaving answered {answer.status}")
        browser.open(leave)
        see("6-left")
        newsletter.publish(["First", "Second"])
        await_that(lambda: newsletter.said("mailing 2: every subscriber has a delivery"), "the second mailing")
        if set(newsletter.mails()) != {subject, "First"}:
            sys.exit(f"{language}: mails after leaving: {sorted(newsletter.mails())}")
        print(f"{language}: {subject}: joined, read and left")


def main():
    from axe import Axe  # which needs the browser above

    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("paperround", type=pathlib.Path)
    arguments.add_argument("output", type=pathlib.Path)
    arguments.add_argument("languages", nargs="*")
    arguments.add_argument("--axe", type=pathlib.Path)
    given = arguments.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    found = []
    for language in given.languages or TITLES:
        axe = Axe(given.axe, language)
        try:
            join(str(given.paperround.resolve()), given.output, language, axe)
        finally:
            axe.close()
        found += axe.found
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
