#include "markdown/opening_heading.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/foreign_markup.hpp"
#include "markdown/markdown.hpp"

namespace paperround::markdown {

namespace {

std::string words_of(std::string_view markdown) {
    // A sign in front makes the line a heading there too, behind which lists of attributes may stand.
    const OwnMarkdown own = without_foreign_markup("# " + std::string(markdown));
    return feed::plain_text(markdown_to_html(own.text));
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

}  // namespace

std::optional<feed::OpeningHeading> opening_heading(std::string_view body) {
    std::string_view rest = feed::behind_comments(body);
    if (auto heading = feed::html_heading(rest)) return heading;
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(end);
    const auto level = std::min(line.find_first_not_of('#'), line.size());
    if (level > 0 && level <= 6 && level < line.size() && is_ascii_space(line[level]))
        return feed::OpeningHeading{words_of(without_closing_signs(trim(line.substr(level)))), level, rest};
    const auto below = rest.empty() ? rest : rest.substr(1, rest.find('\n', 1) - 1);
    const auto underlined = line.empty() ? 0 : underline_level(below);
    if (underlined == 0) return std::nullopt;
    return feed::OpeningHeading{words_of(line), underlined, rest.substr(1 + below.size())};
}

}  // namespace paperround::markdown
