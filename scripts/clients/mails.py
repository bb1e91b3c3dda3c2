"""The ten mails, made by the program itself from the posts in posts/ and in scripts/screenshots/, and one of each large
platform, from platforms/: by us, after what these put into their feeds.

Posts of feeds go the whole way, so that the widths of their pictures are learnt; those of files are previewed. Pictures
come from a small server on loopback, but for those of the mail `long`, which lie beside its post and are sent with it.
"""
import datetime
import email
import email.policy
import email.utils
import http.server
import json
import pathlib
import shutil
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent
ARTICLES = HERE.parent / "screenshots"
PICTURES = HERE.parent.parent / "demo" / "images"

# Mail: the newsletter's title, its language, its template, its posts.
MAILS = {
    "long": ("Field Notes", "en", "default", [ARTICLES / "en.md"]),
    "wordpress": ("The Allotment Year", "en-GB", "default", [HERE / "posts/wordpress.xml"]),
    "digest": ("Field Notes", "en", "digest", [ARTICLES / "en.md", ARTICLES / "en-2.md", ARTICLES / "en-3.md"]),
    "plain": ("Footpaths", "en", "plain", [HERE / "posts/plain.md"]),
    "hebrew": ("רשימות מהשדה", "he", "default", [ARTICLES / "he.md"]),
    "arabic": ("ملاحظات من الحقل", "ar", "default", [HERE / "posts/arabic.md"]),
    "japanese": ("川べり通信", "ja", "default", [HERE / "posts/japanese.xml"]),
    "dark-logo": ("Ledger & Loom", "en", "default", [HERE / "posts/dark-logo.xml"]),
    "long-words": ("Donaudampfschifffahrtsgesellschaft", "de", "default", [HERE / "posts/long-words.md"]),
    "bare": ("Ferry", "en", "default", [HERE / "posts/bare.md"]),
}
PLATFORMS = {feed.stem: (feed.stem, "en", "default", [feed]) for feed in sorted((HERE / "platforms").glob("*.xml"))}

NEWSLETTER = """  {name}:
    title: "{title}"
    from: "{name} <{name}@example.org>"
    language: {language}
    template: {template}
    timezone: Europe/London
    approve: true
    sources: [{source}]
"""
SHARING = """    postal_address: "1 High Street, Anytown AT1 2BC"
    share: [email, bluesky, whatsapp]
"""
LOGO = """    theme: {{accent: "#0b2545", logo: "{pictures}/logo.png", font: "'Helvetica Neue', Arial, sans-serif"}}
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def draw_pictures(folder):
    """In addition to the sample site's pictures: dark ink without a background, as logos and diagrams often are."""
    shutil.copytree(PICTURES, folder, dirs_exist_ok=True)
    ink = "#1d1b18"
    subprocess.run(["convert", "-size", "420x96", "xc:none", "-fill", ink, "-font", "DejaVu-Serif-Bold", "-pointsize", "44",
                    "-gravity", "center", "-annotate", "0", "Ledger & Loom", folder / "logo.png"], check=True)
    subprocess.run(["convert", "-size", "900x360", "xc:none", "-fill", "none", "-stroke", ink, "-strokewidth", "3", "-draw",
                    "line 40,320 880,320 line 40,320 40,20 bezier 40,320 200,40 400,60 860,40", "-fill", ink, "-stroke",
                    "none", "-font", "DejaVu-Sans", "-pointsize", "24", "-draw", "text 400,352 'hours in the vat'",
                    folder / "curve.png"], check=True)


def serve(folder):
    """Serves the folder from now on; returns its URL."""
    def handler(*arguments):
        return Quiet(*arguments, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def place(post, mail, folder, pictures):
    """Copies a post to where the program reads it."""
    target = folder / mail / post.name
    target.parent.mkdir(exist_ok=True)
    text = post.read_text(encoding="utf-8")
    if mail == "long":
        shutil.copytree(PICTURES, target.parent, dirs_exist_ok=True)
        text = "".join(line for line in text.replace("IMAGES/", "").splitlines(True) if not line.startswith("link:"))
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    for name, value in (("IMAGES", pictures), ("ISO-DATE", now.isoformat()), ("DATE", email.utils.format_datetime(now))):
        text = text.replace(name, value)
    target.write_text(text, encoding="utf-8")
    return target


def newsletter(mail, spec, post, pictures):
    title, language, template, _ = spec
    feed = f"{{feed: {pictures}/{mail}/{post.name}, backlog: 1}}"
    text = NEWSLETTER.format(name=mail, title=title, language=language, template=template,
                             source=feed if post.suffix == ".xml" else f"{{folder: {post.parent}}}")
    text += "" if mail in ("bare", "plain") else SHARING
    return text + (LOGO.format(pictures=pictures) if mail == "dark-logo" else "")


def subject_of(file):
    with file.open("rb") as mail:
        return email.message_from_binary_file(mail, policy=email.policy.default)["Subject"]


def make(program, mails, folder):
    """Writes MAIL.eml and MAIL.html of all `mails` into `folder`, and serves their pictures as long as this process runs."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    draw_pictures(folder)
    pictures = serve(folder)
    posts = {mail: [place(post, mail, folder, pictures) for post in spec[3]] for mail, spec in mails.items()}
    configuration = folder / "config.yaml"
    configuration.write_text(f"data_dir: {folder}/data\nrelays:\n  main: {{url: smtp://127.0.0.1:9}}\nnewsletters:\n" + "".join(
        newsletter(mail, spec, posts[mail][0], pictures) for mail, spec in mails.items()), encoding="utf-8")

    def paperround(*arguments):
        result = subprocess.run([program, "-c", configuration, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, timeout=60, check=False)
        if result.returncode:
            raise SystemExit(f"paperround {' '.join(map(str, arguments))}:\n{result.stdout}{result.stderr}")
        return result.stdout
    paperround("run", "--once")
    stored = {post["newsletter"]: str(post["post"]) for post in map(json.loads, paperround("posts", "--json").splitlines())}
    for mail, files in posts.items():
        names = [stored[mail]] if files[0].suffix == ".xml" else files
        for form in ("eml", "html"):
            paperround("preview", *names, "--newsletter", mail, "--format", form, "--output", folder / f"{mail}.{form}")
