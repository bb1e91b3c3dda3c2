"""Inputs that are made to cost much, for scripts/hostile.py: feeds, Markdown files and posts, in three tables by name.

Each is made anew from a few lines, since together they are tens of megabytes. What they have in common: little text, and much
that a parser, a renderer or the writer of a mail could be led to do with it.
"""
import base64
import json

RSS = '<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0"{root}><channel><title>Hostile</title>' \
      '<link>https://example.org/</link>{items}</channel></rss>'
ITEM = '<item><guid isPermaLink="false">h</guid><title>{title}</title><link>https://example.org/h</link>' \
       '<description>{body}</description></item>'


def rss(items="", head="", root=""):
    return RSS.format(items=items or ITEM.format(title="One", body="Text"), head=head, root=root)


def entry(body, title="Hostile"):
    """A feed with one post of this HTML."""
    return rss(ITEM.format(title=title, body="<![CDATA[" + body.replace("]]>", "") + "]]>"))


def markdown(body, matter="title: Hostile"):
    return f"---\n{matter}\n---\n\n{body}\n"


def dtd(declarations):
    return f"<!DOCTYPE rss [{declarations}]>"


def powers(count):
    """Entities, each ten times as long as the one before."""
    return '<!ENTITY e0 "lol">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, count))


def numbered(pattern, count):
    return "".join(pattern.format(n) for n in range(count))


def json_feed(**item):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Hostile",
                       "items": [{"id": "h", "title": "Hostile", "content_text": "x", **item}]})


MEGABYTE = 1 << 20

FEEDS = {
    "entities left open": lambda: rss(head=dtd("<!ENTITY" * 200_000)),
    "entities, 20 000": lambda: rss(head=dtd(numbered('<!ENTITY n{0} "v">', 20_000))),
    "entities, ten to the ninth": lambda: rss(ITEM.format(title="&e9;", body="&e9;"), head=dtd(powers(10))),
    "entity of 200 KiB, 2 000 times": lambda: rss(ITEM.format(title="x", body="&big;" * 2_000),
                                                  head=dtd(f'<!ENTITY big "{"x" * 200_000}">')),
    "entities of parameters": lambda: rss(head=dtd(numbered('<!ENTITY % p{0} "&#37;p{0};">%p{0};', 5_000))),
    "defaults of attributes": lambda: rss("<item/>" * 50_000,
                                          head=dtd("<!ATTLIST item " + numbered('a{0} CDATA "v" ', 5_000) + ">")),
    "attributes, 160 000": lambda: rss(root=numbered(' a{0}="1"', 160_000)),
    "attributes, 900 of each of 500": lambda: rss(("<item" + numbered(' a{0}="1"', 900) + "/>") * 500),
    "attributes of one name": lambda: rss(root=' a="1"' * 160_000),
    "attribute of 8 MB": lambda: rss(f'<item a="{"x&amp;" * (8 * MEGABYTE // 6)}"/>'),
    "namespaces, 5 000": lambda: rss(root=numbered(' xmlns:n{0}="urn:{0}"', 5_000)),
    "namespaces, one in each of 200 levels": lambda: rss(numbered('<n{0}:a xmlns:n{0}="urn:{0}">', 200)),
    "items, 200 000 small": lambda: rss("<item><title>a</title></item>" * 200_000),
    "items, 100 000 empty": lambda: rss("<item/>" * 100_000),
    "items of one id, 30 000": lambda: rss("<item><guid>x</guid><title>a</title></item>" * 30_000),
    "items, 9 000 with one link": lambda: rss(numbered(
        "<item><guid>{0}</guid><link>https://e.org/a</link><title>Title</title></item>", 9_000)),
    "depth of 100 000": lambda: rss("<a>" * 100_000),
    "tags that never close, mixed": lambda: rss("<item><title><b><i></b>" * 60_000),
    "CDATA in 200 000 pieces": lambda: rss(ITEM.format(title="x", body="<![CDATA[a]]>" * 200_000)),
    "comments, 400 000": lambda: rss("<!--a-->" * 400_000),
    "instructions, 400 000": lambda: rss("<?a b?>" * 400_000),
    "references, a million": lambda: rss(ITEM.format(title="&#65;" * 300_000, body="&amp;lt;" * 1_000_000)),
    "references that are none, a million": lambda: rss(ITEM.format(title="x", body="&unknown;" * 1_000_000)),
    "title of 9 MB": lambda: rss(ITEM.format(title="&lt;b&gt;" * MEGABYTE, body="x")),
    "base64 of 7 MB in Atom": lambda: '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>t</title><entry>'
                                      '<id>h</id><title>x</title><content mode="base64" type="text/html">'
                                      + base64.b64encode(b"<p>x" * (5 * MEGABYTE // 4)).decode() + "</content></entry></feed>",
    "XHTML of 150 000 elements": lambda: '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>h</id><title>x</title>'
                                         '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
                                         + "<p>a</p>" * 150_000 + "</div></content></entry></feed>",
    "bases within bases": lambda: '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
                                  + "".join(f'<entry xml:base="{"a/" * 2_000}{n}/"><id>{n}</id><title>x</title><link href="../b"/></entry>'
                                            for n in range(2_000)) + "</feed>",
    "JSON, 100 000 deep": lambda: '{"version":"https://jsonfeed.org/version/1","items":' + "[" * 100_000,
    "JSON, two million values": lambda: json_feed(tags=[0] * 2_000_000),
    "JSON of one key, 500 000 times": lambda: '{"items":[],' + '"a":1,' * 500_000 + '"b":1}',
    "JSON with escapes, 8 MB": lambda: '{"version":"https://jsonfeed.org/version/1","title":"t","items":[{"id":"h","content_html":"'
                                       + "\\u003cp\\u003e" * (8 * MEGABYTE // 13) + '"}]}',
    "UTF-16 of 10 MB": lambda: rss(ITEM.format(title="x", body="\u20ac" * 4_800_000)).encode("utf-16"),
    "octets that are no UTF-8": lambda: rss(ITEM.format(title="x", body="@")).encode().replace(b"@", b"\xff\xfe\xc3" * 3_000_000),
    "recordings of one post, 60 000": lambda: json_feed(content_html="<p>" + "https://example.org/ " * 40_000, attachments=[
        {"mime_type": "audio/mpeg", "url": f"https://example.org/{n}.mp3"} for n in range(60_000)]),
    "recordings that are named, 60 000": lambda: json_feed(content_html="<p>" + "x " * 400_000 + "https://example.org/a.mp3", attachments=[
        {"mime_type": "audio/mpeg", "url": "https://example.org/a.mp3"}] * 60_000),
    "enclosures, 60 000": lambda: rss('<item><guid>h</guid><title>x</title>' + numbered(
        '<enclosure type="audio/mpeg" url="https://example.org/{0}.mp3"/>', 60_000) + "</item>"),
    "dates that are none, 30 000": lambda: rss("<item><title>a</title><pubDate>" + "1 " * 100 + "</pubDate></item>" * 30_000),
}

MARKDOWN = {
    "table of 500 by 12 000": lambda: markdown("|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "|a|\n" * 12_000),
    "tables, 9 000": lambda: markdown("|a|b|\n|-|-|\n|1|2|\n\n" * 9_000),
    "table of 150 000 columns": lambda: markdown("|a" * 150_000 + "|\n" + "|-" * 150_000 + "|"),
    "header of 300 000 pipes": lambda: markdown("|a" * 300_000 + "\n|-|"),
    "rows of 50 000 pipes": lambda: markdown("|a|b|\n|-|-|\n" + ("|a" * 50_000 + "\n") * 9),
    "delimiters that fit no header": lambda: markdown("x\n" + "-|-\n-|-|-\n" * 30_000),
    "pipes, half a million": lambda: markdown("|" * 500_000 + "\n" + "|-" * 250_000),
    "quotations, 50 000 deep": lambda: markdown("> " * 50_000 + "x"),
    "lists, 100 000 items": lambda: markdown("- a\n" * 100_000),
    "lists in lists, 99 deep": lambda: markdown("".join("  " * n + "- a\n" for n in range(99)) * 60),
    "brackets, 500 000 open": lambda: markdown("[" * 500_000),
    "brackets, 60 000 pairs": lambda: markdown("[a](" * 60_000),
    "pictures in pictures": lambda: markdown("![" * 100_000 + "a" + "](b)" * 100_000),
    "emphasis, 150 000 marks": lambda: markdown("*a **b " * 50_000),
    "emphasis in short paragraphs": lambda: markdown("*a _b **c __d ~~e\n\n" * 30_000),
    "code that never closes": lambda: markdown("".join("`" * n + "a" for n in range(1, 1_300))),
    "code, 20 000 marks in a listing": lambda: markdown("```\n" + "*p = &a[i] & ~mask[j];\n" * 20_000 + "```"),
    "entities, 150 000": lambda: markdown("&amp;&#65;&bogus;" * 50_000),
    "definitions of links, 20 000": lambda: markdown(numbered("[n{0}]: https://example.org/{0}\n", 20_000) + "[n1] " * 20_000),
    "one definition, used 50 000 times": lambda: markdown("[a]: https://example.org/" + "x" * 900 + "\n\n" + "[a] " * 50_000),
    "addresses, 40 000": lambda: markdown("https://example.org/a(b " * 40_000),
    "mailboxes that are none": lambda: markdown("a@" * 300_000),
    "tags that never close": lambda: markdown("<a href='" * 100_000),
    "comments that never close": lambda: markdown("<!-- " * 150_000),
    "raw HTML, 200 000 tags": lambda: markdown("<b>" * 200_000),
    "notes between notes": lambda: markdown("[[" * 250_000 + "]]" * 50_000),
    "private notes": lambda: markdown("%%" * 400_001),
    "shortcodes, 100 000": lambda: markdown("{{< a >}}" * 100_000),
    "pictures beside the post, 20 000": lambda: markdown("\n".join(f"![a](../{n}/./b%20{n}.png)" for n in range(20_000))),
    "pictures of one name, 40 000": lambda: markdown("![[a.png]] " * 40_000),
    "headings, 200 000": lambda: markdown("# a\n" * 200_000),
    "lines, a million": lambda: markdown("\n" * 1_000_000 + "x"),
    "dollars, 500 000": lambda: markdown("$" * 500_000),
    "dollars between words": lambda: markdown("$a " * 200_000),
    "formulas, 100 000": lambda: markdown("$a_1$ " * 100_000),
    "formulas on lines of their own": lambda: markdown("$$a" * 150_000),
    "notes in the line, 60 000": lambda: markdown("a^[b c] " * 60_000),
    "notes in the line that never close": lambda: markdown("a^[b " * 150_000),
    "YAML, 30 000 keys": lambda: markdown("x", "title: Hostile\n" + numbered("k{0}: 1\n", 6_000)),
    "YAML, open brackets": lambda: markdown("x", "title: Hostile\nx: " + "[" * 60_000),
    "YAML, aliases": lambda: markdown("x", "title: Hostile\na: &a [x]\n" + "b: [" + "*a, " * 12_000 + "*a]"),
    "TOML, dotted keys": lambda: "+++\ntitle = 'Hostile'\n" + "a." * 30_000 + "b = 1\n+++\nx\n",
    "TOML, tables": lambda: "+++\ntitle = 'Hostile'\n" + numbered("[t{0}.a.b]\nc = 1\n", 3_500) + "+++\nx\n",
    "TOML, open brackets": lambda: "+++\ntitle = 'Hostile'\nx = " + "[" * 60_000 + "\n+++\nx\n",
    "JSON, open braces": lambda: '{"a":' * 12_000 + "1" + "}" * 12_000 + "\n\nx\n",
}

POSTS = {
    "lists 49 deep around 400 000 lines": lambda: entry('<ol start="999999"><li>' * 49 + "<pre>" + "a\n" * 400_000 + "</pre>"),
    "declarations, 12 000 for 20 000 elements": lambda: entry(
        "<style>p{" + numbered("a{0}:1;", 12_000) + "}</style>" + "<p>x</p>" * 20_000),
    "declarations that count, 200 for 20 000": lambda: entry(
        "<style>p{" + numbered("padding-left:{0}px;", 200) + "}</style>" + "<p>x</p>" * 20_000),
    "style attribute of 90 000 declarations": lambda: entry('<p style="' + numbered("a{0}:1;", 90_000) + '">x</p>'),
    "style attributes, 20 000 of 100": lambda: entry(('<p style="' + numbered("margin:{0}px;", 100)[:1_400] + '">x</p>') * 5_000),
    "nth-child, 9 000 in a selector": lambda: entry("<style>p" + ":nth-child(n)" * 9_000 + "{color:red}</style>" + "<p>x</p>" * 5_000),
    "classes, 60 000 against 200 000": lambda: entry(
        "<style>p" + ".a" * 60_000 + '{color:red}</style><p class="' + "b " * 200_000 + 'a">x</p>'),
    "descendants in a deep tree": lambda: entry(
        "<style>" + numbered("div div div div div div div div .x{0}{{color:red}}", 900) + "</style>" + "<div>" * 90 + "<p>x</p>" * 20_000),
    "siblings, 20 000": lambda: entry("<style>" + "p~p~p~p~i{color:red}" * 500 + "</style>" + "<p>x</p>" * 20_000),
    "selectors, 10 000 in a rule": lambda: entry("<style>" + ",".join(f".a{n}" for n in range(10_000)) + "{color:red}</style>"
                                                 + '<p class="a1">x</p>' * 20_000),
    "rules, 5 000": lambda: entry("<style>" + numbered("p.c{0}{{color:red}}", 5_000) + "</style>" + "<p>x</p>" * 20_000),
    "media in media": lambda: entry("<style>" + "@media screen{" * 20_000 + "</style><p>x</p>"),
    "CSS of open comments and strings": lambda: entry("<style>" + "p{color:\"/*" * 10_000 + "</style><p>x</p>"),
    "links, 30 000": lambda: entry("<p>" + numbered('<a href="https://example.org/{0}">1</a> ', 30_000) + "</p>"),
    "one link, 60 000 times": lambda: entry('<a href="https://example.org/' + "x" * 8 + '">1</a> ' * 60_000),
    "formatting that never closes": lambda: entry("<b><i><u><s><em>" * 1_000 + "<p>x" * 20_000),
    "tags, 150 000 empty": lambda: entry("<i></i>" * 150_000),
    "tables in tables, 99 deep": lambda: entry("<table><tr><td>" * 99 + "x" * 1_000),
    "table of 300 by 600": lambda: entry("<table>" + ("<tr>" + "<td>a" * 300) * 600 + "</table>"),
    "table that spans a million": lambda: entry('<table><tr><td colspan="1000000" rowspan="1000000">a' * 500),
    "words of 500 KB": lambda: entry("<p>" + "x" * 500_000 + "</p>" + "<p>" + "\u00ad" * 100_000 + "</p>"),
    "words from the right, 300 000": lambda: entry("<p>" + "\u05d0\u202e1 " * 100_000 + "</p>"),
    "letters with 300 000 accents": lambda: entry("<p>a" + "\u0301" * 300_000 + "</p>"),
    "quotations 99 deep around 20 000 lines": lambda: entry("<blockquote>" * 99 + "x<br>" * 20_000),
    "lists of 100 000": lambda: entry("<ul>" + "<li>a" * 100_000 + "</ul>"),
    "pictures, 20 000 with srcset": lambda: entry(('<img src="a.jpg" srcset="' + numbered("{0}.jpg {0}w, ", 20) + '">') * 6_000),
    "srcset of 200 000": lambda: entry('<img src="lazy.gif" srcset="' + numbered("{0}.jpg {0}w, ", 100_000) + '">'),
    "lines to break, 800 000 octets": lambda: entry("<p>" + "word " * 160_000 + "</p>"),
    "lines to keep, 150 000": lambda: entry("<pre>" + "\n" * 150_000 + "</pre>"),
    "players, 20 000": lambda: entry('<iframe src="https://www.youtube.com/embed/aaaaaaaaaaa"></iframe>' * 20_000),
    "iframes that never close": lambda: entry("<iframe>" * 100_000),
    "programs that never end": lambda: entry("<?= a" * 180_000),
    "programs, 60 000": lambda: entry("<?php a > b ?>" * 60_000),
    "forms, 20 000": lambda: entry('<form><input type="email">' * 20_000),
    "forms that are long": lambda: entry(("<form><b></b>" + "<i></i>" * 1_000 + '<input type="email"></form>') * 90),
    "galleries of nothing": lambda: entry("<div class='image-gallery-embed' data-attrs='" + '"src":"' * 120_000 + "'></div>"),
    "galleries, 3 000": lambda: entry(("<div class='image-gallery-embed' data-attrs='" + '{"src":"https://example.org/a.png"},' * 10
                                       + "'></div>") * 3_000),
    "boxes to check, 40 000": lambda: entry("<ul>" + '<li data-list="checked">a' * 40_000 + "</ul>"),
    "numbers of lines in one row": lambda: entry("<pre><table><tr>" + '<td class="lineno">1</td>' * 40_000 + "</table></pre>"),
    "numbers that nobody selects": lambda: entry('<pre>' + '<span style="user-select:none">1:</span>a\n' * 25_000 + "</pre>"),
    "two scripts, 30 000 blocks": lambda: entry("<p>\u05e9\u05dc\u05d5\u05dd <p>one two three" * 15_000),
    "words of two scripts": lambda: entry("<div>" * 90 + "\u05d0 b c d " * 60_000),
    "formulas that were drawn": lambda: entry('<svg><g data-mml-node="math" data-latex="x^2"></g></svg>' * 15_000),
    "formulas in attributes": lambda: entry('<span data-mathml="<math><mi>x</mi></math>">y</span>' * 15_000),
    "formulas in glyphs, 20 000": lambda: entry('<mjx-container><mjx-c class="mjx-c31"></mjx-c></mjx-container>' * 20_000),
    "formulas in glyphs that never end": lambda: entry('<mjx-container><mjx-c class="mjx-c31">' * 30_000),
    "one formula of 100 000 glyphs": lambda: entry("<mjx-container>" + '<mjx-script><mjx-c class="mjx-c1">' * 50_000 + "</mjx-container>"),
    "titles of recordings, 30 000": lambda: entry('<div><video></video><div class="kg-audio-title">a</div>' * 30_000),
    "backgrounds of cells, 20 000": lambda: entry("<table><tr>" + '<td bgcolor="ffcc00"><p>a' * 20_000),
    "shortcodes of a layout, 150 000": lambda: entry("[vc_row]" * 150_000),
    "shortcodes with long values, 1 000": lambda: entry(('[vc_row text="' + "a" * 1900 + '"]') * 1000),
    "shortcodes that do not end, 80 000": lambda: entry('[vc_row text="' * 80_000),
    "captions that do not end, 60 000": lambda: entry("[/caption]" + '[caption id="1"]' * 60_000),
    "shortcodes behind spaces, 60 000": lambda: entry("<p>" + " " * MEGABYTE + "[vc_row]" * 60_000),
    "captioned tables, 10 000": lambda: entry('<table class="tr-caption-container"><tr><td>a<tr><td class="tr-caption">b</table>' * 10_000),
    "numbers of notes without notes": lambda: entry('<div class="footnote"><a class="footnote-number" href="#a">1</a><div></div></div>' * 20_000),
    "cards in cards": lambda: entry('<div class="kg-card">' * 99 + '<div class="embed">a</div>' * 20_000),
    "buttons, 15 000": lambda: entry('<p><a class="kg-btn" href="https://example.org/">a</a></p>' * 15_000),
    "furniture, 40 000": lambda: entry('<div class="sharedaddy">a</div>' * 40_000),
    "notes beside the text": lambda: entry('<p>a<span class="sidenote">b</span>' * 20_000),
    "elements closed in their own tags": lambda: entry("<b/><div/><h2/>" * 40_000),
    "comments that never close": lambda: entry("<!--" * 200_000),
    "references, 300 000": lambda: entry("<p>" + "&notit;&amp" * 300_000 + "</p>"),
    "title of 2 000 octets that folds": lambda: entry("x", title="\u00e9" * 2_000),
    "HTML of 9 MB": lambda: entry("<p>abc def</p>" * (9 * MEGABYTE // 14)),
    "text of 9 MB": lambda: entry("abc def " * (9 * MEGABYTE // 8)),
    "body of 1.9 MB that is mailed": lambda: entry("<p>abc def " * 90_000),
}
