#include "feed/subtitle.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/text/html_tag.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t longest_note = 2000;  // octets of a paragraph about where the post came from
constexpr std::size_t least_repeated = 40;  // letters; fewer may stand anywhere by chance
constexpr std::size_t least_cut = 24;       // the same for a text that says that it was cut
constexpr std::size_t least_common = 32;    // letters at the beginning of both
constexpr std::size_t compared = 3000;      // octets of the body, in which the subtitle may stand

// The address without scheme, `www.`, query, fragment and closing slash.
std::string page_of(std::string_view link) {
    const auto url = parse_url(trim(link));
    if (!url || !url->is_web()) return {};
    std::string host = url->host;
    if (host.starts_with("www.")) host.erase(0, 4);
    std::string_view path = url->rest;
    path = path.substr(0, path.find_first_of("?#"));
    while (path.ends_with('/')) path.remove_suffix(1);
    return host + std::string(path);
}

struct Anchor {
    std::size_t begin = 0;
    std::size_t end = 0;  // behind its end tag
    std::string page;
};

// The links of a short piece of HTML.
std::vector<Anchor> anchors_in(std::string_view html) {
    std::vector<Anchor> anchors;
    for (auto at = html.find('<'); at != std::string_view::npos && at + 1 < html.size();
         at = html.find('<', at + 1)) {
        if (!is_ascii_alpha(html[at + 1])) continue;
        const HtmlTag tag = read_html_tag(html.substr(at));
        if (tag.name != "a") continue;
        auto end = html.find("</a", at);
        end =
            end == std::string_view::npos ? html.size() : std::min(html.find('>', end), html.size() - 1) + 1;
        anchors.push_back({at, end, page_of(tag.value_of("href"))});
    }
    return anchors;
}

bool is_site(const std::string& page, const PostPlace& place) {
    if (page.empty()) return false;
    if (page == page_of(place.site_link)) return true;
    const std::string post = page_of(place.link);
    // The server, or what it calls a publication: "medium.com/harbour".
    const auto slash = page.find('/');
    if (slash == std::string::npos) return post.starts_with(page);
    const bool one_step = page.find('/', slash + 1) == std::string::npos;
    return one_step && post.starts_with(page.substr(0, slash + 1));
}

// Two links and a few words: one to the post, one to the site.
bool is_source_note(std::string_view paragraph, const PostPlace& place) {
    constexpr std::size_t longest_words = 160;
    if (paragraph.size() > longest_note || page_of(place.link).empty()) return false;
    const auto anchors = anchors_in(paragraph);
    if (anchors.size() != 2) return false;
    const std::string post = page_of(place.link);
    const bool both = (anchors[0].page == post && is_site(anchors[1].page, place)) ||
                      (anchors[1].page == post && is_site(anchors[0].page, place));
    const std::size_t outside =
        plain_text(paragraph).size() -
        std::min(
            plain_text(paragraph).size(),
            plain_text(paragraph.substr(anchors[0].begin, anchors[0].end - anchors[0].begin)).size() +
                plain_text(paragraph.substr(anchors[1].begin, anchors[1].end - anchors[1].begin)).size());
    return both && outside <= longest_words;
}

// The last link, where it leads to the post itself and nothing is said behind it: "Continue reading".
std::string without_more_link(std::string html, const PostPlace& place) {
    const std::string post = page_of(place.link);
    if (post.empty()) return html;
    const std::size_t from = html.size() > longest_note ? html.size() - longest_note : 0;
    const std::string tail = html.substr(from);
    const auto anchors = anchors_in(tail);
    if (anchors.empty() || anchors.back().page != post) return html;
    const std::string behind = plain_text(std::string_view(tail).substr(anchors.back().end));
    if (behind.size() > 3 || plain_text(html.substr(0, from + anchors.back().begin)).empty()) return html;
    return html.substr(0, from + anchors.back().begin) + tail.substr(anchors.back().end);
}

// The same note without its links: the title, and a few words on the site's name.
std::string without_plain_note(std::string text, const PostPlace& place) {
    constexpr std::size_t between = 60;
    constexpr std::size_t before = 40;
    if (place.title.size() < 2 || place.site_title.size() < 2) return text;
    const auto site = text.rfind(place.site_title);
    if (site == std::string::npos || text.size() - site - place.site_title.size() > between) return text;
    const auto title = text.rfind(place.title, site);
    if (title == std::string::npos || title + place.title.size() + between < site) return text;
    constexpr std::array<std::string_view, 8> ends{". ", "! ",   "? ",     "\u2026 ",
                                                   "] ", "... ", "\u3002", "\u2019 "};
    std::size_t start = std::string::npos;
    const std::size_t window = title > before ? title - before : 0;
    for (const std::string_view end : ends) {
        const auto at = std::string_view(text).substr(0, title).rfind(end);
        if (at != std::string_view::npos && at >= window &&
            (start == std::string::npos || at + end.size() > start))
            start = at + end.size();
    }
    if (start == std::string::npos && window > 0) return text;
    return std::string(trim(text.substr(0, start == std::string::npos ? 0 : start)));
}

// "Read more" and its like without a link, behind a whole sentence.
std::string without_more_words(std::string text) {
    constexpr std::array<std::string_view, 12> phrases{"read more",     "read the rest", "continue reading",
                                                       "keep reading",  "weiterlesen",   "mehr lesen",
                                                       "lire la suite", "leer m\u00e1s", "leggi tutto",
                                                       "ler mais",      "lees verder",   "seguir leyendo"};
    constexpr std::array<std::string_view, 7> signs{" ", ".", "\u2026", "\u00bb", "\u2192", ">", "]"};
    std::string_view rest = text;
    for (bool more = true; more;) {
        more = false;
        for (const std::string_view sign : signs) {
            if (!rest.ends_with(sign)) continue;
            rest.remove_suffix(sign.size());
            more = true;
        }
    }
    const std::string lower = ascii_lower(rest);
    for (const std::string_view phrase : phrases) {
        if (!lower.ends_with(phrase)) continue;
        std::string_view before = trim(rest.substr(0, rest.size() - phrase.size()));
        if (before.ends_with('[') || before.ends_with('('))
            before = trim(before.substr(0, before.size() - 1));
        const bool whole = before.empty() || before.ends_with("\u2026") ||
                           std::string_view(".!?]").find(before.back()) != std::string_view::npos;
        if (whole) return std::string(before);
    }
    return text;
}

// Most of it is links, `least` or more: to comments, to who submitted it.
bool is_of_links(std::string_view html, std::size_t least) {
    if (html.size() > longest_note) return false;
    std::size_t inside = 0;
    const auto anchors = anchors_in(html);
    if (anchors.size() < least) return false;
    for (const Anchor& anchor : anchors)
        inside += plain_text(html.substr(anchor.begin, anchor.end - anchor.begin)).size();
    return inside > 0 && plain_text(html).size() < 2 * inside;
}

// Letters and digits alone: typography differs between a body and what a program cut out of it.
std::string letters_of(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        const char32_t c = point.value;
        const bool sign =
            (c >= 0x80 && c < 0xC0) || (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3004);
        if (c < 0x80) {
            const char ascii = ascii_lower(static_cast<char>(c));
            if (is_ascii_alpha(ascii) || is_ascii_digit(ascii)) out += ascii;
        } else if (!sign) {
            out += text.substr(0, point.length);
        }
        text.remove_prefix(point.length);
    }
    return out;
}

// Up to the sign that something was cut off, where that stands near the end.
std::string_view up_to_cut(std::string_view text) {
    constexpr std::size_t near = 80;
    for (const std::string_view sign : {"[\u2026]", "[...]", "\u2026", "..."}) {
        const auto at = text.rfind(sign);
        if (at != std::string_view::npos && at > 0 && text.size() - at <= near) return text.substr(0, at);
    }
    return text;
}

}  // namespace

std::string without_source_note(std::string html, const PostPlace& place) {
    const auto end = html.rfind("</p>");
    if (end == std::string::npos) return html;
    const auto begin = std::max(html.rfind("<p>", end) + 1, html.rfind("<p ", end) + 1);
    if (begin == 0 || !plain_text(std::string_view(html).substr(end + 4)).empty()) return html;
    const std::string_view paragraph = std::string_view(html).substr(begin - 1, end + 4 - (begin - 1));
    if (is_source_note(paragraph, place)) html.erase(begin - 1, paragraph.size());
    return html;
}

bool repeats_beginning(std::string_view text, std::string_view body) {
    const std::string words = letters_of(text);
    const std::string head = letters_of(up_to_cut(text));
    const std::string said = letters_of(plain_text(body, compared));
    const std::size_t least =
        head.size() < words.size() || up_to_cut(text).size() < text.size() ? least_cut : least_repeated;
    for (const std::string& each : {words, head}) {
        if (said.starts_with(each) || (each.size() >= least && said.find(each) != std::string::npos))
            return true;
    }
    // What a program made of the whole text goes on otherwise: with notes, or without code.
    const auto common = static_cast<std::size_t>(std::ranges::mismatch(words, said).in1 - words.begin());
    return common >= least_common && 2 * common >= words.size();
}

std::string subtitle_in(std::string_view summary, std::string_view body, const PostPlace& place) {
    std::string html = without_source_note(std::string(summary), place);
    // One that leads on to the post may be longer than what stands in front of it.
    if (is_of_links(html, 2)) return {};
    html = without_more_link(std::move(html), place);
    if (is_of_links(html, 1)) return {};
    std::string text = without_plain_note(plain_text(html, 2 * longest_subtitle), place);
    text = without_more_words(std::move(text));
    // A program that cut it out of the text took the title along.
    std::string_view behind = text;
    if (!place.title.empty() && behind.starts_with(place.title)) behind.remove_prefix(place.title.size());
    if (text.size() > longest_subtitle || behind.empty() || repeats_beginning(text, body)) return {};
    if (behind.size() < text.size() && repeats_beginning(behind, body)) return {};
    return text;
}

}  // namespace paperround::feed
