#include "bounce/prose.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "base/text/html_references.hpp"
#include "base/utf8.hpp"

namespace paperround::bounce {

namespace {

// Lines that say that the quoted message begins, in lower case.
constexpr std::array<std::string_view, 24> in_a_rule{
    "original message",        "copy of the message",      "copy of your message",
    "copy of the original",    "returned message",         "returned mail",
    "unsent message",          "message header",           "header of the original",
    "original mail",           "message follows",          "message text follows",
    "undelivered message",     "no message was collected", "orginal message",
    "below the next line",     "below this line",          "headers of the message",
    "header of your message",  "the body of the message",  "message body follows",
    "ursprüngliche nachricht", "message d'origine",        "mensaje original"};
constexpr std::array<std::string_view, 30> at_the_front{"original message follows",
                                                        "original message header",
                                                        "original message attached",
                                                        "original mail as follows",
                                                        "included is a copy of the message",
                                                        "here is your returned mail",
                                                        "a copy of the original message",
                                                        "your original message follows",
                                                        "old message:",
                                                        "message headers follow",
                                                        "message text follows",
                                                        "the header of the original message",
                                                        "the original message is attached",
                                                        "original-nachricht",
                                                        "originalnachricht",
                                                        "kopfzeilen der ursprünglichen nachricht",
                                                        "ursprüngliche nachrichtenkopfzeilen",
                                                        "en-têtes de message d'origine",
                                                        "en-têtes du message d'origine",
                                                        "encabezados de mensaje original",
                                                        "encabezados del mensaje original",
                                                        "intestazioni originali del messaggio",
                                                        "intestazioni messaggio originale",
                                                        "cabeçalhos da mensagem original",
                                                        "cabeçalhos de mensagem originais",
                                                        "元のメッセージ ヘッダー",
                                                        "исходные заголовки",
                                                        "原始邮件头",
                                                        "oorspronkelijke berichtkoppen",
                                                        "content-type: message/rfc822"};

bool is_rule(std::string_view trimmed) {
    return trimmed.size() > 2 && std::string_view("-=_*+#>").find(trimmed[0]) != std::string_view::npos &&
           std::string_view("-=_*+#> ").find(trimmed[1]) != std::string_view::npos;
}

bool announces_quote(std::string_view line) {
    const std::string lower = ascii_lower(trim(line.substr(0, 200)));
    if (is_rule(lower))
        return std::ranges::any_of(in_a_rule,
                                   [&](auto words) { return lower.find(words) != std::string::npos; });
    return std::ranges::any_of(at_the_front, [&](auto words) { return lower.starts_with(words); });
}

// Only a message's own header has these.
bool is_trace_field(std::string_view line) {
    constexpr std::array<std::string_view, 7> names{
        "received: ",     "return-path: ",      "dkim-signature: ", "x-received: ",
        "mime-version: ", "list-unsubscribe: ", "arc-seal: "};
    return std::ranges::any_of(names, [&](auto name) { return ascii_istarts_with(line, name); });
}

std::vector<Field> header_at(const std::vector<std::string_view>& lines, std::size_t at) {
    std::vector<Field> fields;
    while (at < lines.size() && (trim(lines[at]).empty() || is_rule(trim(lines[at])))) ++at;
    for (; at < lines.size() && fields.size() < fields_limit; ++at) {
        std::string_view line = lines[at];
        if (line.starts_with("> ")) line.remove_prefix(2);
        if (trim(line).empty()) {
            if (fields.size() > 1) break;  // a MIME header stands in front of the message's own
            continue;
        }
        if (is_ascii_space(line.front()) && !fields.empty()) {
            std::string& value = fields.back().value;
            if (value.size() < field_limit) value.append(" ").append(trim(line));
            continue;
        }
        const auto colon = line.substr(0, 80).find(':');
        if (colon == std::string_view::npos || colon == 0 ||
            line.substr(0, colon).find(' ') != std::string_view::npos) {
            if (fields.size() > 2) break;
            continue;
        }
        fields.push_back({std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
    }
    return fields;
}

constexpr std::size_t longest_reference = 34;  // of HTML's names the longest, with & and ;

std::string_view reference_name(std::string_view text) {
    const auto end = text.substr(0, longest_reference).find(';');
    return end == std::string_view::npos || end < 2 ? std::string_view() : text.substr(1, end - 1);
}

void append_reference(std::string& out, std::string_view name) {
    constexpr char32_t no_break_space = 0xA0;
    char32_t value = 0;
    if (name.starts_with('#') && name.size() > 1) {
        const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        name.remove_prefix(hexadecimal ? 2 : 1);
        unsigned number = 0;
        std::from_chars(name.data(), name.data() + name.size(), number, hexadecimal ? 16 : 10);
        value = number;
    } else {
        value = named_reference(name);
    }
    const bool character = value > 31 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
    append_utf8(out, character && value != no_break_space ? value : ' ');
}

bool begins_line(std::string_view tag) {
    constexpr std::array<std::string_view, 16> names{"br",    "p",     "div",        "tr", "li", "h1",
                                                     "h2",    "h3",    "h4",         "ul", "ol", "hr",
                                                     "table", "title", "blockquote", "pre"};
    if (tag.starts_with('/')) tag.remove_prefix(1);
    const auto end =
        std::ranges::find_if_not(tag, [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c); });
    const std::string name = ascii_lower(tag.substr(0, static_cast<std::size_t>(end - tag.begin())));
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

Prose read_prose(std::string_view text) {
    Prose prose;
    std::vector<std::string_view> lines;
    for (std::string_view rest = text; !rest.empty() && lines.size() < 4 * lines_limit;) {
        const auto end = std::min(rest.find('\n'), rest.size());
        lines.push_back(rest.substr(0, std::min(end, line_limit)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    for (std::size_t at = 0; at < lines.size() && prose.lines.size() < lines_limit; ++at) {
        const bool announced = announces_quote(lines[at]);
        if (announced || is_trace_field(lines[at])) {
            prose.quoted = header_at(lines, announced ? at + 1 : at);
            // A rule that announces what comes otherwise ("------ Failed ------ original message 3") ends nothing.
            if (!announced || at > 0 || !prose.quoted.empty()) break;
        }
        prose.lines.emplace_back(lines[at]);
    }
    return prose;
}

std::string words_of_html(std::string_view html) {
    std::string out;
    bool hidden = false;        // within <style> or <script>
    bool preformatted = false;  // within <pre>: a line break is one
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] == '<') {
            const auto end = html.find('>', at);
            if (end == std::string_view::npos) break;
            const std::string_view tag = html.substr(at + 1, end - at - 1);
            // <a@example.org> unescaped: some reports are HTML in name only.
            if (tag.find('@') != std::string_view::npos && tag.find('=') == std::string_view::npos &&
                !hidden) {
                out.append(html.substr(at, end - at + 1));
            } else if (begins_line(tag)) {
                preformatted =
                    ascii_istarts_with(tag, "pre") || (preformatted && !ascii_istarts_with(tag, "/pre"));
                out += '\n';
            } else if (ascii_istarts_with(tag, "style") || ascii_istarts_with(tag, "script") ||
                       ascii_istarts_with(tag, "head")) {
                hidden = true;
            } else if (ascii_istarts_with(tag, "/style") || ascii_istarts_with(tag, "/script") ||
                       ascii_istarts_with(tag, "/head") || ascii_istarts_with(tag, "body")) {
                hidden = false;
            } else if (ascii_istarts_with(tag, "td") || ascii_istarts_with(tag, "th")) {
                out += ' ';
            }
            at = end + 1;
        } else if (html[at] == '&') {
            const std::string_view name = reference_name(html.substr(at));
            if (!hidden) {
                if (name.empty())
                    out += '&';
                else
                    append_reference(out, name);
            }
            at += name.empty() ? 1 : name.size() + 2;
        } else {
            if (!hidden) out += html[at] == '\n' && !preformatted ? ' ' : html[at];
            ++at;
        }
    }
    return out;
}

}  // namespace paperround::bounce
