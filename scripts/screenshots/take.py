#!/usr/bin/python3
"""Photographs the templates: scripts/screenshots/take.py PAPERROUND OUTPUT_FOLDER [TEMPLATE …].

For each template, in English and in Hebrew: the mail of the articles beside this file at 700 and at 375 pixels, side by
side in one PNG, drawn by headless Chromium (`chromium` and the fonts of the group `extra` in scripts/packages): light,
dark, and `bare`, as clients show it that take the style sheet off. Fails where a mail is wider than its window. Then one
sheet per template, template-NAME.png, shows the light and the dark ones; docs/ has copies of these.
"""
import html
import http.server
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
IMAGES = HERE.parent.parent / "demo" / "images"
TEMPLATES = ["default", "digest", "plain"]
LANGUAGES = {"en": "Field Notes", "he": "רשימות מהשדה"}
WIDTHS = [700, 375]
GAP = 40

CONFIGURATION = """
data_dir: {folder}/data
newsletters:
  notes:
    title: "{title}"
    from: "Field Notes <notes@example.org>"
    postal_address: "1 High Street, Anytown AT1 2BC"
    language: {language}
    timezone: Europe/London
    share: [email, bluesky, whatsapp]
    sources: [{{feed: https://example.org/feed.xml}}]
relays:
  main: {{url: "smtp://127.0.0.1:2525"}}
"""

PAGE = """<!doctype html><meta charset="utf-8"><title>?</title>
<style>body {{ margin: 0; padding: {gap}px; background: {background}; display: flex; gap: {gap}px; align-items: flex-start; }}
iframe {{ border: 0; flex: none; box-shadow: 0 1px 10px #0005; }}</style>
{frames}
<script>
addEventListener("load", () => {{
  let tallest = 0, overflow = [];
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument.documentElement;
    frame.style.height = page.scrollHeight + "px";
    tallest = Math.max(tallest, page.scrollHeight);
    if (page.scrollWidth > frame.clientWidth) overflow.push(frame.clientWidth + "<" + page.scrollWidth);
  }}
  document.title = tallest + ";" + overflow.join(",");
}});
</script>
"""

# Fewer levels of each colour: a file of two thirds the size.
SHEET = """<!doctype html><title>?</title><body style="margin:0">
<svg width="0" height="0" style="position:absolute"><filter id="levels" color-interpolation-filters="sRGB">
<feComponentTransfer><feFuncR type="discrete" tableValues="{levels}"/><feFuncG type="discrete" tableValues="{levels}"/>
<feFuncB type="discrete" tableValues="{levels}"/></feComponentTransfer></filter></svg>
<div style="filter:url(#levels)">{images}</div>
<script>onload = () => document.title = document.body.scrollHeight</script>
"""


def chromium(*arguments):
    # As root in a container Chromium has no sandbox; what it shows is ours.
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
               "--virtual-time-budget=8000", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout


def mail(program, folder, template, language, port):
    posts = []
    for name in [f"{language}.md"] + ([f"{language}-2.md", f"{language}-3.md"] if template == "digest" else []):
        post = folder / name
        post.write_text((HERE / name).read_text(encoding="utf-8").replace("IMAGES", f"http://127.0.0.1:{port}"),
                        encoding="utf-8")
        posts.append(str(post))
    (folder / "data").mkdir(exist_ok=True)
    configuration = folder / "config.yaml"
    configuration.write_text(CONFIGURATION.format(folder=folder, title=LANGUAGES[language], language=language),
                             encoding="utf-8")
    return subprocess.run([program, "-c", str(configuration), "preview", *posts, "--template", template],
                          check=True, capture_output=True, text=True).stdout


def photograph(content, scheme, target, folder):
    frames = "\n".join(f'<iframe style="width:{width}px" srcdoc="{html.escape(content)}"></iframe>' for width in WIDTHS)
    page = folder / "page.html"
    page.write_text(PAGE.format(frames=frames, gap=GAP, background="#000" if scheme == "dark" else "#c9c5bc"),
                    encoding="utf-8")
    width = sum(WIDTHS) + GAP * (len(WIDTHS) + 1)
    setting = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    dom = chromium(setting, f"--window-size={width},1000", "--dump-dom", page.as_uri())
    height, overflow = re.search(r"<title>(\d+);(.*?)</title>", dom).groups()
    chromium(setting, f"--window-size={width},{int(height) + 2 * GAP}", f"--screenshot={target}", page.as_uri())
    if overflow:
        sys.exit(f"{target}: wider than its window: {overflow}")


def without_style_sheet(content):
    return re.sub(r"<style>.*?</style>", "", content, flags=re.DOTALL)


def contact_sheet(pictures, target, folder):
    page = folder / "sheet.html"
    images = "".join(f'<img src="{picture.as_uri()}" style="width:50%;vertical-align:top">' for picture in pictures)
    levels = ["0", *(f"{(step + 0.5) / 32:.4f}" for step in range(1, 31)), "1"]
    page.write_text(SHEET.format(images=images, levels=" ".join(levels)), encoding="utf-8")
    height = re.search(r"<title>(\d+)</title>", chromium("--window-size=880,900", "--dump-dom", page.as_uri())).group(1)
    chromium(f"--window-size=880,{height}", f"--screenshot={target}", page.as_uri())


class Quiet(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, directory=str(IMAGES), **named)

    def log_message(self, *_):
        pass


def main(program, output, templates):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    output.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="paperround-screenshots-"))
    try:
        for template in templates:
            pictures = []
            for language in LANGUAGES:
                content = mail(program, folder, template, language, server.server_address[1])
                for scheme in ["light", "dark"]:
                    pictures.append(output / f"{template}-{language}-{scheme}.png")
                    photograph(content, scheme, pictures[-1], folder)
                photograph(without_style_sheet(content), "light", output / f"{template}-{language}-bare.png", folder)
            contact_sheet(pictures, output / f"template-{template}.png", folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), sys.argv[3:] or TEMPLATES)
