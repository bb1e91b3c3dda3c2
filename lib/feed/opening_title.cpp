#include "feed/opening_title.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "feed/text/feed_text.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t longest_heading = 2000;

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

std::optional<OpeningHeading> html_heading(std::string_view html) {
    const bool opens = html.size() > 4 && ascii_istarts_with(html, "<h") && html[2] >= '1' &&
                       html[2] <= '6' && (html[3] == '>' || is_ascii_space(html[3]));
    if (!opens) return std::nullopt;
    const std::string lower = ascii_lower(html.substr(0, longest_heading));
    const auto end = lower.find("</h" + lower.substr(2, 1) + ">");
    if (end == std::string::npos) return std::nullopt;
    return OpeningHeading{plain_text(html.substr(0, end)), static_cast<std::size_t>(html[2] - '0'),
                          html.substr(end + 5)};
}

std::string_view behind_comments(std::string_view text) {
    for (;;) {
        while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
        const auto end = text.starts_with("<!--") ? text.find("-->", 4) : std::string_view::npos;
        if (end == std::string_view::npos) return text;
        text.remove_prefix(end + 3);
    }
}

bool says_the_same(std::string_view title, std::string_view heading) {
    return plainly(title) == plainly(heading);
}

std::string without_opening_title(std::string html, std::string_view title) {
    constexpr int deepest = 8;
    std::string_view rest = behind_comments(html);
    for (int depth = 0; depth < deepest; ++depth) {
        const std::size_t length = length_of_surrounding_tag(rest);
        if (length == 0) break;
        rest = behind_comments(rest.substr(length));
    }
    const auto heading = html_heading(rest);
    if (!heading || title.empty() || !says_the_same(title, heading->text) || trim(heading->after).empty())
        return html;
    const std::size_t begin = html.size() - rest.size();
    return html.erase(begin, rest.size() - heading->after.size());
}

}  // namespace paperround::feed
