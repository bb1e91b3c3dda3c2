#include "feed/text/feed_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "base/script_text.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/text/html_references.hpp"

namespace paperround::feed {

namespace {

// What browsers make of the numbers 128 to 159, which Unicode gives to controls nobody means (HTML, "numeric
// character reference end state").
constexpr std::array<char32_t, 32> windows_1252{
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

constexpr std::array<std::string_view, 62> known_tags{
    "a",          "abbr",  "article", "aside",      "audio",  "b",    "bdi",    "bdo",     "big",
    "blockquote", "br",    "center",  "cite",       "code",   "dd",   "del",    "dfn",     "div",
    "dl",         "dt",    "em",      "figcaption", "figure", "font", "footer", "h1",      "h2",
    "h3",         "h4",    "h5",      "h6",         "header", "hr",   "i",      "iframe",  "img",
    "ins",        "kbd",   "li",      "mark",       "nobr",   "ol",   "p",      "picture", "pre",
    "q",          "s",     "samp",    "section",    "small",  "span", "strike", "strong",  "sub",
    "sup",        "table", "td",      "tr",         "tt",     "u",    "ul",     "wbr"};

// Tags that part words where they stand; the others (<b>, <span>) may stand inside one.
constexpr std::array<std::string_view, 24> parting_tags{
    "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2",
    "h3",      "h4",    "h5",         "h6", "hr", "li",  "ol", "p",  "pre",        "td",     "tr", "ul"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_line_or_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

// Text that was windows-1252 once and was taken for ISO 8859-1: its controls are typographic characters.
char32_t meant_by(char32_t c) {
    return c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
}

// The length of the element from its tag to the end of its end tag, or to the end of the text: scripts and
// styles.
std::size_t element_length(std::string_view html, std::string_view name) {
    for (std::size_t at = html.find("</"); at != std::string_view::npos; at = html.find("</", at + 2)) {
        if (!ascii_istarts_with(html.substr(at + 2), name)) continue;
        const auto end = html.find('>', at);
        return end == std::string_view::npos ? html.size() : end + 1;
    }
    return html.size();
}

struct Markup {
    std::string_view name;   // of the tag, as written; empty for a comment
    std::size_t length = 0;  // 0: no markup starts here
    bool parts_words = false;
    bool closes = false;  // an end tag
    bool bare = false;    // it has no attributes
};

// Finds markup, front to back, in one text. Keeps where the next '>' is: "<b<b<b…" stays linear.
class MarkupReader {
  public:
    explicit MarkupReader(std::string_view html) : html_(html), end_(html.find('>')) {}

    // What stands at `at`, where html has a '<'.
    Markup read(std::size_t at) {
        const std::string_view html = html_.substr(at);
        if (html.starts_with("<!--")) {
            const auto end = html.find("-->", 4);
            return {.length = end == std::string_view::npos ? html.size() : end + 3};
        }
        Markup markup;
        std::string_view rest = html.substr(1);
        markup.closes = rest.starts_with('/');
        if (markup.closes) rest.remove_prefix(1);
        std::size_t length = 0;
        while (length < rest.size() && length < 12 &&
               (is_ascii_alpha(rest[length]) || is_ascii_digit(rest[length]))) {
            ++length;
        }
        markup.name = rest.substr(0, length);
        const std::string name = ascii_lower(markup.name);
        if (name == "script" || name == "style") {
            markup.length = element_length(html, name);
            markup.parts_words = true;
            return markup;
        }
        if (!among(known_tags, name)) return {};
        rest.remove_prefix(length);
        if (!rest.empty() && rest[0] != '>' && rest[0] != '/' && !is_ascii_space(rest[0])) return {};
        const auto end = next_end(at);
        if (end == std::string_view::npos) return {};
        markup.length = end + 1 - at;
        markup.bare = trim(html.substr(0, markup.length).substr(html.size() - rest.size())).size() <= 2;
        markup.parts_words = among(parting_tags, name);
        return markup;
    }

  private:
    std::size_t next_end(std::size_t at) {
        if (end_ < at) end_ = html_.find('>', at);
        return end_;
    }

    std::string_view html_;
    std::size_t end_;
};

// An opening tag that no end tag of its name follows: `closed` has those that do.
bool is_meant_literally(const Markup& markup, const std::set<std::string>& closed) {
    const std::string name = ascii_lower(markup.name);
    return !markup.closes && markup.bare && !name.empty() && name != "br" && name != "wbr" && name != "hr" &&
           !closed.contains(name);
}

std::set<std::string> closed_names(std::string_view html) {
    std::set<std::string> names;
    MarkupReader reader(html);
    for (auto at = html.find('<'); at != std::string_view::npos;) {
        const Markup markup = reader.read(at);
        if (markup.closes && names.size() < known_tags.size()) names.insert(ascii_lower(markup.name));
        at = html.find('<', at + std::max<std::size_t>(1, markup.length));
    }
    return names;
}

// `closed`: of a title, the names that are closed again; else nullptr.
std::string visible_text(std::string_view html, std::size_t limit, const std::set<std::string>* closed) {
    std::string out;
    std::optional<std::size_t> script;  // where what is raised or lowered begins
    MarkupReader reader(html);
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] != '<') {
            const auto end = std::min(html.find('<', at), html.size());
            out += decode_references(html.substr(at, end - at));
            at = end;
            continue;
        }
        const Markup markup = reader.read(at);
        if (markup.length == 0 || (closed != nullptr && is_meant_literally(markup, *closed))) {
            out.push_back('<');
            ++at;
            continue;
        }
        if (markup.parts_words) out.push_back(' ');
        const bool sup = ascii_iequals(markup.name, "sup");
        if ((sup || ascii_iequals(markup.name, "sub"))) {
            if (markup.closes && script) {
                const std::string label = out.substr(*script);
                out.resize(*script);
                out += script_text(sup ? Script::super : Script::sub, label, out);
            }
            script = markup.closes ? std::nullopt : std::optional(out.size());
        }
        at += markup.length;
    }
    return one_line(out, limit);
}

// Far more markup than that in a title or a summary is no title or summary; it also bounds the work.
constexpr std::size_t octets_per_character = 50;

bool is_mailbox_octet(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '.' || c == '-' || c == '_' || c == '+';
}

// `desk@harbour.example`, and nothing that only looks alike.
bool is_mailbox(std::string_view word) {
    const auto at = word.find('@');
    if (at == 0 || at == std::string_view::npos || word.size() > 254) return false;
    const auto domain = word.substr(at + 1);
    const auto dot = domain.rfind('.');
    return dot != std::string_view::npos && dot > 0 && domain.size() - dot > 2 && domain[0] != '.' &&
           std::ranges::all_of(domain.substr(dot + 1), [](char c) { return is_ascii_alpha(c); }) &&
           std::ranges::all_of(word.substr(0, at), is_mailbox_octet) &&
           std::ranges::all_of(domain, is_mailbox_octet);
}

// The address without what the sentence around it put at its end: "(see https://example.org/a_(b).)"
std::string_view without_punctuation(std::string_view address) {
    while (!address.empty()) {
        const char last = address.back();
        const bool unopened =
            last == ')' && std::ranges::count(address, '(') < std::ranges::count(address, ')');
        if (std::string_view(".,;:!?'\"*_").find(last) == std::string_view::npos && !unopened) break;
        address.remove_suffix(1);
    }
    return address;
}

constexpr std::size_t longest_address = 2000;

// One word of a text, escaped, as a link where it is an address.
void append_word(std::string& out, std::string_view word) {
    const auto begin = std::min(word.find_first_not_of("(<[\"'"), word.size());
    std::string_view address =
        word.substr(begin, std::min(word.find_first_of("<>\"", begin), word.size()) - begin);
    address = address.size() <= longest_address ? without_punctuation(address) : std::string_view{};
    const bool page = (address.starts_with("https://") && address.size() > 8) ||
                      (address.starts_with("http://") && address.size() > 7);
    if (!page && !is_mailbox(address)) {
        out += escape_html(word);
        return;
    }
    const std::string shown = escape_html(address);
    out += escape_html(word.substr(0, begin));
    out += "<a href=\"" + std::string(page ? "" : "mailto:") + shown + "\">" + shown + "</a>";
    out += escape_html(word.substr(begin + address.size()));
}

// A text that is nothing but addresses would become many times as large.
constexpr std::size_t most_links = 10'000;

std::string with_links(std::string_view text) {
    std::string out;
    std::size_t addresses = 0;
    while (!text.empty()) {
        const auto space = std::min(text.find_first_not_of(" \t\n"), text.size());
        out.append(text.substr(0, space));
        text.remove_prefix(space);
        const auto word = std::min(text.find_first_of(" \t\n"), text.size());
        const std::string_view here = text.substr(0, word);
        const bool may_be_address = here.find_first_of("@:") != std::string_view::npos;
        if (may_be_address && addresses++ < most_links) {
            append_word(out, here);
        } else {
            out += escape_html(here);
        }
        text.remove_prefix(word);
    }
    return out;
}

Reference read_numeric(std::string_view text) {
    std::size_t at = 2;
    const bool hexadecimal = at < text.size() && ascii_lower(text[at]) == 'x';
    if (hexadecimal) ++at;
    const std::size_t first = at;
    char32_t value = 0;
    for (; at < text.size() && at < first + 8; ++at) {
        const char c = ascii_lower(text[at]);
        if (is_ascii_digit(c)) {
            value = value * (hexadecimal ? 16 : 10) + static_cast<char32_t>(c - '0');
        } else if (hexadecimal && c >= 'a' && c <= 'f') {
            value = value * 16 + static_cast<char32_t>(c - 'a' + 10);
        } else {
            break;
        }
    }
    if (at == first || at >= text.size() || text[at] != ';') return {};
    value = meant_by(value);
    const bool surrogate = value >= 0xD800 && value < 0xE000;
    if (value > 0x10FFFF || surrogate || value == 0) value = 0xFFFD;
    return {value, at + 1};
}

}  // namespace

Reference read_reference(std::string_view text) {
    constexpr std::size_t longest_name = 33;
    if (text.size() > 2 && text[1] == '#') return read_numeric(text);
    std::size_t end = 1;
    while (end < text.size() && end < longest_name &&
           (is_ascii_alpha(text[end]) || is_ascii_digit(text[end])))
        ++end;
    if (end == 1 || end >= text.size() || text[end] != ';') return {};
    const char32_t value = named_reference(text.substr(1, end - 1));
    return value == 0 ? Reference{} : Reference{value, end + 1};
}

std::string decode_references(std::string_view html) {
    std::string out;
    out.reserve(html.size());
    while (!html.empty()) {
        const auto plain = std::min(html.find('&'), html.size());
        out.append(html.substr(0, plain));
        html.remove_prefix(plain);
        if (html.empty()) break;
        const Reference reference = read_reference(html);
        if (reference.length > 0) {
            append_utf8(out, reference.value);
        } else {
            out.push_back('&');
        }
        html.remove_prefix(std::max<std::size_t>(1, reference.length));
    }
    return out;
}

std::string one_line(std::string_view text, std::size_t limit) {
    std::string out;
    while (!text.empty() && out.size() <= limit + 4) {
        CodePoint point = next_code_point(text);
        text.remove_prefix(point.length);
        point.value = meant_by(point.value);
        if (is_line_or_control(point.value) || point.value == ' ') {
            if (!out.empty() && out.back() != ' ') out.push_back(' ');
        } else {
            append_utf8(out, point.value);
        }
    }
    return std::string(trim(utf8_prefix(out, limit)));
}

std::string body_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        CodePoint point = next_code_point(text);
        point.value = meant_by(point.value);
        if (point.value == '\r') {
            if (text.size() < 2 || text[1] != '\n') out.push_back('\n');
        } else if (point.value == '\n' || point.value == '\t' || !is_line_or_control(point.value) ||
                   point.value == 0x2028 || point.value == 0x2029) {
            append_utf8(out, point.value);
        }
        text.remove_prefix(point.length);
    }
    return out;
}

std::string plain_text(std::string_view html, std::size_t limit) {
    return visible_text(utf8_prefix(html, limit * octets_per_character), limit, nullptr);
}

std::string title_text(std::string_view html, std::size_t limit) {
    html = utf8_prefix(html, limit * octets_per_character);
    const auto closed = closed_names(html);
    return visible_text(html, limit, &closed);
}

namespace {

// `&lt;em&gt;`: escaped twice; a lone one is meant.
bool is_escaped_tag(std::string_view text) {
    constexpr std::string_view begin = "&lt;";
    if (!text.starts_with(begin)) return false;
    const auto end = text.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-", begin.size());
    return end != std::string_view::npos && end > begin.size() && text.substr(end).starts_with("&gt;");
}

bool stands_between_words(std::string_view text, std::size_t at, std::size_t length) {
    const bool before = at > 0 && !is_ascii_space(text[at - 1]);
    return before && at + length < text.size() && !is_ascii_space(text[at + length]);
}

}  // namespace

std::string said_title(std::string title) {
    std::string out;
    bool tag = false;
    for (std::size_t at = 0; at < title.size();) {
        const auto plain = std::min(title.find('&', at), title.size());
        out.append(title, at, plain - at);
        at = plain;
        if (at == title.size()) break;
        const std::string_view rest = std::string_view(title).substr(at);
        const Reference reference = read_reference(rest);
        const bool bracket = reference.value == '<' || reference.value == '>';
        tag = tag ? reference.value != '>' || !bracket : is_escaped_tag(rest);
        const bool in_tag = tag || (bracket && reference.value == '>' && out.rfind('<') != std::string::npos);
        const bool meant = (bracket && !in_tag) ||
                           (reference.value == 0xA0 && !stands_between_words(title, at, reference.length));
        if (reference.length == 0 || meant) {
            out += '&';
            ++at;
        } else {
            append_utf8(out, reference.value);
            at += reference.length;
        }
    }
    if (out == title) return title;
    return has_tags(out) ? title_text(out) : one_line(out);
}

bool has_tags(std::string_view html) {
    MarkupReader reader(html);
    for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
        if (reader.read(at).length > 0) return true;
    }
    return false;
}

std::string_view without_cdata_marks(std::string_view text) {
    bool opened = false;
    for (bool more = true; more;) {
        text = trim(text);
        more = false;
        for (const std::string_view begin : {"<![CDATA[", "&lt;![CDATA[", "<! [CDATA[", "&lt;! [CDATA["}) {
            if (!ascii_istarts_with(text, begin)) continue;
            text.remove_prefix(begin.size());
            opened = more = true;
        }
    }
    for (const std::string_view end : {"]]>", "]]&gt;", "]]>"}) {
        if (!text.ends_with(end)) continue;
        text = trim(text.substr(0, text.size() - end.size()));
        opened = false;
    }
    if (opened && text.ends_with("]]")) text.remove_suffix(2);
    return text;
}

std::string text_to_html(std::string_view text) {
    const std::string cleaned = body_text(text);
    const std::string lines = with_links(trim(cleaned));
    if (lines.empty()) return {};
    std::string out = "<p>";
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = std::min(lines.find('\n', at), lines.size());
        out.append(lines, at, end - at);
        at = end;
        std::size_t breaks = 0;
        while (at < lines.size() && is_ascii_space(lines[at])) breaks += lines[at++] == '\n' ? 1U : 0U;
        if (breaks > 1) {
            out += "</p>\n<p>";
        } else if (breaks == 1) {
            out += "<br>\n";
        }
    }
    return out + "</p>";
}

}  // namespace paperround::feed
