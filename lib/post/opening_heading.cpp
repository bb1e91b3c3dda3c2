#include "post/opening_heading.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "post/feed_text.hpp"
#include "post/foreign_markup.hpp"
#include "post/markdown.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t longest_heading = 2000;

std::string words_of(std::string_view markdown) {
    // A sign in front makes the line a heading there too, behind which lists of attributes may stand.
    const OwnMarkdown own = without_foreign_markup("# " + std::string(markdown));
    return plain_text(markdown_to_html(own.text));
}

void skip_spaces_and_comments(std::string_view& text) {
    for (;;) {
        while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
        const auto end = text.starts_with("<!--") ? text.find("-->", 4) : std::string_view::npos;
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 3);
    }
}

std::optional<OpeningHeading> html_heading(std::string_view text) {
    const bool opens = text.size() > 4 && ascii_istarts_with(text, "<h") && text[2] >= '1' &&
                       text[2] <= '6' && (text[3] == '>' || is_ascii_space(text[3]));
    if (!opens) return std::nullopt;
    const std::string lower = ascii_lower(text.substr(0, longest_heading));
    const auto end = lower.find("</h" + lower.substr(2, 1) + ">");
    if (end == std::string::npos) return std::nullopt;
    return OpeningHeading{plain_text(text.substr(0, end)), static_cast<std::size_t>(text[2] - '0'),
                          text.substr(end + 5)};
}

// The signs that close a heading stand behind a space: "Learn C#" ends with its name.
std::string_view without_closing_signs(std::string_view line) {
    const auto end = line.find_last_not_of('#');
    if (end == std::string_view::npos) return {};
    return end + 1 < line.size() && is_ascii_space(line[end]) ? trim(line.substr(0, end)) : line;
}

// The level that a line of `=` or `-` gives to the one above; 0: it is none.
std::size_t underline_level(std::string_view line) {
    line = trim(line);
    if (line.empty() || (line.front() != '=' && line.front() != '-')) return 0;
    if (line.find_first_not_of(line.front()) != std::string_view::npos) return 0;
    return line.front() == '=' ? 1 : 2;
}

// Lower case, straight quotes, one dash, no marks at the end.
std::string plainly(std::string_view text) {
    std::string out = collapse_spaces(text);
    for (const auto& [from, to] : {std::pair{"\u2019", "'"},
                                   {"\u2018", "'"},
                                   {"\u201C", "\""},
                                   {"\u201D", "\""},
                                   {"\u201E", "\""},
                                   {"\u2013", "-"},
                                   {"\u2014", "-"},
                                   {"\u2026", "..."},
                                   {"\u00A0", " "},
                                   {"---", "-"},
                                   {"--", "-"}}) {
        out = replace_all(out, from, to);
    }
    while (!out.empty() && (out.back() == '.' || out.back() == ':')) out.pop_back();
    return ascii_lower(collapse_spaces(out));
}

// The start tag of an element that only surrounds an article; 0 where there is none.
std::size_t length_of_surrounding_tag(std::string_view text) {
    constexpr std::size_t longest = 300;
    for (const std::string_view name : {"<div", "<article", "<section", "<header", "<main"}) {
        if (!ascii_istarts_with(text, name) || text.size() == name.size()) continue;
        const char next = text[name.size()];
        const auto end = text.substr(0, longest).find('>');
        if ((next == '>' || is_ascii_space(next)) && end != std::string_view::npos) return end + 1;
    }
    return 0;
}

}  // namespace

std::optional<OpeningHeading> opening_heading(std::string_view body) {
    std::string_view rest = body;
    skip_spaces_and_comments(rest);
    if (auto heading = html_heading(rest)) return heading;
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(end);
    const auto level = std::min(line.find_first_not_of('#'), line.size());
    if (level > 0 && level <= 6 && level < line.size() && is_ascii_space(line[level]))
        return OpeningHeading{words_of(without_closing_signs(trim(line.substr(level)))), level, rest};
    const auto below = rest.empty() ? rest : rest.substr(1, rest.find('\n', 1) - 1);
    const auto underlined = line.empty() ? 0 : underline_level(below);
    if (underlined == 0) return std::nullopt;
    return OpeningHeading{words_of(line), underlined, rest.substr(1 + below.size())};
}

bool says_the_same(std::string_view title, std::string_view heading) {
    return plainly(title) == plainly(heading);
}

std::string without_opening_title(std::string html, std::string_view title) {
    constexpr int deepest = 8;
    std::string_view rest = html;
    skip_spaces_and_comments(rest);
    for (int depth = 0; depth < deepest; ++depth) {
        const std::size_t length = length_of_surrounding_tag(rest);
        if (length == 0) break;
        rest.remove_prefix(length);
        skip_spaces_and_comments(rest);
    }
    const auto heading = html_heading(rest);
    if (!heading || title.empty() || !says_the_same(title, heading->text) || trim(heading->after).empty())
        return html;
    const std::size_t begin = html.size() - rest.size();
    return html.erase(begin, rest.size() - heading->after.size());
}

}  // namespace paperround::post
