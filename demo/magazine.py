"""The sample site: a small magazine with an RSS feed, an Atom feed and a page for each post.

Rendered from demo/posts/*.html (lines "key: value", an empty line, the body) into a folder that any web server can
serve. A post with "publish: later" is left out until publish() adds it.
"""
import dataclasses
import datetime
import email.utils
import html
import http.server
import os
import pathlib
import shutil
import threading

HERE = pathlib.Path(__file__).resolve().parent
TITLE = "Field Notes"
MOTTO = "A small magazine about walking, weather and what grows in between"


@dataclasses.dataclass
class Post:
    slug: str
    body: str
    feed: str
    title: str
    subtitle: str
    author: str
    date: str
    tags: str = ""
    image: str = ""
    alt: str = ""
    publish: str = "at once"

    @property
    def time(self):
        if self.date == "now":
            return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        return datetime.datetime.fromisoformat(self.date)


def read_post(path):
    head, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    return Post(slug=path.stem, body=body, **dict(line.split(": ", 1) for line in head.splitlines()))


class Magazine:
    """Renders into `folder`; `url` is where that folder will be served, without a slash at its end."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        posts = sorted(map(read_post, (HERE / "posts").glob("*.html")), key=lambda post: post.time, reverse=True)
        self.published = [post for post in posts if post.publish != "later"]
        self.waiting = [post for post in posts if post.publish == "later"]
        shutil.copytree(HERE / "images", folder / "images", dirs_exist_ok=True)
        self.render()

    def publish(self):
        """Publishes the next post; its page is there before a feed names it."""
        post = self.waiting.pop()
        self.published.insert(0, post)
        self.render()
        return post

    def render(self):
        for post in self.published:
            self.write(f"posts/{post.slug}.html", page(post.title, article(post)), post.time)
        for name, feed in (("feed.xml", rss), ("atom.xml", atom)):
            posts = [post for post in self.published if post.feed == name]
            self.write(name, feed(self.url, posts), posts[0].time)
        self.write("index.html", page(TITLE, index(self.published)), self.published[0].time)

    def write(self, name, text, time):
        """Replaces a file in one step. Its date is the newest post's, and so is the server's Last-Modified."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name("." + path.name)
        draft.write_text(text, encoding="utf-8")
        os.utime(draft, (time.timestamp(), time.timestamp()))
        draft.replace(path)


def escape(text):
    return html.escape(text, quote=True)


def rss(url, posts):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{TITLE}</title>
<link>{url}/</link>
<atom:link rel="self" type="application/rss+xml" href="{url}/feed.xml"/>
<description>{MOTTO}</description>
<language>en-GB</language>
{"".join(rss_item(url, post) for post in posts)}</channel>
</rss>
"""


def rss_item(url, post):
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in post.tags.split(", "))
    image = post.image and f"""
<media:content url="{url}/images/{post.image}" medium="image" type="image/png">
<media:description>{escape(post.alt)}</media:description></media:content>"""
    return f"""<item>
<title>{escape(post.title)}</title>
<link>{url}/posts/{post.slug}.html</link>
<guid isPermaLink="false">field-notes:{post.slug}</guid>
<pubDate>{email.utils.format_datetime(post.time)}</pubDate>
<dc:creator>{escape(post.author)}</dc:creator>
{tags}
<description>{escape(post.subtitle)}</description>
<content:encoded><![CDATA[{post.body}]]></content:encoded>{image}
</item>
"""


def atom(url, posts):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" xml:base="{url}/">
<id>{url}/atom.xml</id>
<title>{TITLE}: the notebook</title>
<subtitle>{MOTTO}</subtitle>
<link rel="self" type="application/atom+xml" href="atom.xml"/>
<link rel="alternate" type="text/html" href="."/>
<updated>{posts[0].time.isoformat()}</updated>
{"".join(atom_entry(url, post) for post in posts)}</feed>
"""


def atom_entry(url, post):
    tags = "".join(f'<category term="{escape(tag)}"/>' for tag in post.tags.split(", "))
    image = post.image and f'\n<link rel="enclosure" type="image/png" href="{url}/images/{post.image}"/>'
    return f"""<entry>
<id>tag:fieldnotes.example,2025:{post.slug}</id>
<title>{escape(post.title)}</title>
<link rel="alternate" type="text/html" href="posts/{post.slug}.html"/>{image}
<published>{post.time.isoformat()}</published>
<updated>{post.time.isoformat()}</updated>
<author><name>{escape(post.author)}</name></author>
{tags}
<summary>{escape(post.subtitle)}</summary>
<content type="html">{escape(post.body)}</content>
</entry>
"""


def page(title, content):
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<link rel="alternate" type="application/rss+xml" title="{TITLE}" href="/feed.xml">
<link rel="alternate" type="application/atom+xml" title="{TITLE}: the notebook" href="/atom.xml">
<style>
body {{ font: 19px/1.6 Georgia, serif; max-width: 38em; margin: 3em auto; padding: 0 1em; color: #26302c; }}
h1, h2 {{ line-height: 1.2; font-weight: normal; }}
img {{ max-width: 100%; height: auto; }}
blockquote {{ margin-left: 0; padding-left: 1em; border-left: 3px solid #a5b6b8; font-style: italic; }}
td, th {{ padding: .2em 1.2em .2em 0; text-align: left; }}
.small {{ color: #66827f; }}
</style>
</head>
<body>
<p class="small"><a href="/">{TITLE}</a> · {MOTTO}</p>
{content}
</body>
</html>
"""


def article(post):
    image = post.image and f'<p><img src="/images/{post.image}" alt="{escape(post.alt)}"></p>'
    return f"""<article>
<h1>{escape(post.title)}</h1>
<p><em>{escape(post.subtitle)}</em></p>
<p class="small">{escape(post.author)} · {post.time:%-d %B %Y}</p>
{image}
{post.body}</article>"""


def index(posts):
    items = "".join(
        f'<h2><a href="/posts/{post.slug}.html">{escape(post.title)}</a></h2>\n<p>{escape(post.subtitle)}'
        f'<br><span class="small">{escape(post.author)} · {post.time:%-d %B %Y}</span></p>\n' for post in posts)
    return f"<h1>{TITLE}</h1>\n{items}"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder; answers If-Modified-Since."""
    extensions_map = {".xml": "application/xml", ".html": "text/html; charset=utf-8", ".png": "image/png"}

    def log_message(self, *_):
        pass


def serve(folder, port):
    """Serves the folder on 127.0.0.1 in a thread of its own; OSError if the port is taken."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", port), lambda *arguments: Handler(*arguments, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
