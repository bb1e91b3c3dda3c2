#include "feed/text/feed_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "base/text.hpp"
#include "base/text/script_text.hpp"
#include "base/utf8.hpp"
#include "feed/text/character_reference.hpp"

namespace paperround::feed {

namespace {

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
class MarkupScanner {
  public:
    explicit MarkupScanner(std::string_view html) : html_(html), end_(html.find('>')) {}

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
    MarkupScanner scanner(html);
    for (auto at = html.find('<'); at != std::string_view::npos;) {
        const Markup markup = scanner.read(at);
        if (markup.closes && names.size() < known_tags.size()) names.insert(ascii_lower(markup.name));
        at = html.find('<', at + std::max<std::size_t>(1, markup.length));
    }
    return names;
}

// `closed`: of a title, the names that are closed again; else nullptr.
std::string visible_text(std::string_view html, std::size_t limit, const std::set<std::string>* closed) {
    std::string out;
    std::optional<std::size_t> script;  // where what is raised or lowered begins
    MarkupScanner scanner(html);
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] != '<') {
            const auto end = std::min(html.find('<', at), html.size());
            out += decode_references(html.substr(at, end - at));
            at = end;
            continue;
        }
        const Markup markup = scanner.read(at);
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

}  // namespace

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
    MarkupScanner scanner(html);
    for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
        if (scanner.read(at).length > 0) return true;
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

}  // namespace paperround::feed
