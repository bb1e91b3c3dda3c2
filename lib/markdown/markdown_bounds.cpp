#include "markdown/markdown_bounds.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace paperround::markdown {

namespace {

// Marks that may open or close something (emphasis, links, code, tags): in each paragraph the time grows with
// their square. A text of a million octets that is nothing but marks took minutes.
constexpr std::size_t most_mark_pairs = 400'000'000;

// Steps over what may be a table: cmark-gfm appends each cell of a row to a list that it walks through, and
// reads the paragraph again at each line that could stand below a table's first.
constexpr std::size_t most_table_steps = 400'000'000;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

std::string_view skip_blanks(std::string_view line) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    return line;
}

// The length of a list's marker at the front: `- `, `12. `; 0 where there is none.
std::size_t list_marker_length(std::string_view line) {
    std::size_t at = 0;
    if (line.empty()) return 0;
    if (line.front() == '-' || line.front() == '*' || line.front() == '+') {
        at = 1;
    } else {
        while (at < line.size() && at < 10 && is_ascii_digit(line[at])) ++at;
        if (at == 0 || at >= line.size() || (line[at] != '.' && line[at] != ')')) return 0;
        ++at;
    }
    return at == line.size() || is_blank(line[at]) ? at : 0;
}

// `* * *` is a line across the page, and no list in a list.
bool is_thematic_break(std::string_view line) {
    return !line.empty() && (line.front() == '-' || line.front() == '*') &&
           std::ranges::all_of(line, [&](char c) { return c == line.front() || is_blank(c); });
}

struct Line {
    std::string_view content;  // behind the marks of quotations and lists
    std::size_t depth = 0;     // how many these were
};

Line without_containers(std::string_view line) {
    Line read;
    for (line = skip_blanks(line); !line.empty(); line = skip_blanks(line)) {
        if (line.front() == '>') {
            line.remove_prefix(1);
        } else if (const auto marker = is_thematic_break(line) ? 0 : list_marker_length(line); marker > 0) {
            line.remove_prefix(marker);
        } else {
            break;
        }
        if (++read.depth > deepest_markdown) break;
    }
    read.content = line;
    return read;
}

// `|---|:-:|`, a table's second line; also what could be one in another place.
bool is_below_header(std::string_view line) {
    return line.find_first_not_of("|:- \t\r") == std::string_view::npos &&
           line.find('-') != std::string_view::npos;
}

std::size_t bars_in(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count(line, '|'));
}

// The columns of such a line; 0 where it makes no table.
std::size_t columns_of(std::string_view line) {
    line = trim(line);
    const std::size_t bars = bars_in(line);
    if (bars == 0 || !is_below_header(line)) return 0;
    return bars + 1 - (line.starts_with('|') ? 1 : 0) - (line.ends_with('|') ? 1 : 0);
}

class Bounds {
  public:
    std::optional<MarkdownRefusal> take(std::string_view text) {
        const Line line = without_containers(text);
        ++number_;
        if (line.depth > deepest_markdown)
            return refuse(fmt::format("quotations and lists are nested deeper than {}", deepest_markdown));
        if (line.content.empty()) {
            columns_ = marks_ = bars_ = octets_ = 0;
            return std::nullopt;
        }
        if (is_too_wide(line.content)) return refuse("its tables have more columns than any page");
        columns_ = std::max(columns_, columns_of(line.content));
        cells_ += columns_;
        if (cells_ > most_table_cells)
            return refuse(fmt::format("its tables have more than {} cells", most_table_cells));
        const auto marks = static_cast<std::size_t>(std::ranges::count_if(
            text, [](char c) { return std::string_view("*_~[]!`<&\\").find(c) != std::string_view::npos; }));
        pairs_ += marks * (marks + 2 * marks_);
        marks_ += marks;
        if (pairs_ > most_mark_pairs)
            return refuse("its paragraphs hold more marks of emphasis, links and code than any text does");
        return std::nullopt;
    }

  private:
    bool is_too_wide(std::string_view line) {
        const std::size_t bars = bars_in(line);
        octets_ += line.size();
        if (is_below_header(line)) {
            table_steps_ += 4 * octets_ + bars * bars + bars_ * bars_;
        } else if (columns_ > 0) {
            table_steps_ += bars * bars;
        }
        bars_ = bars;
        return table_steps_ > most_table_steps;
    }
    [[nodiscard]] MarkdownRefusal refuse(std::string message) const { return {number_, std::move(message)}; }

    std::size_t number_ = 0;   // of the line
    std::size_t columns_ = 0;  // of the table that this line may belong to
    std::size_t cells_ = 0;
    std::size_t bars_ = 0;    // of the line before
    std::size_t octets_ = 0;  // of the paragraph so far
    std::size_t table_steps_ = 0;
    std::size_t marks_ = 0;  // of the paragraph so far
    std::size_t pairs_ = 0;  // the sum of the squares of all paragraphs' marks
};

}  // namespace

std::optional<MarkdownRefusal> refusal_of_markdown(std::string_view text) {
    Bounds bounds;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        if (auto refusal = bounds.take(text.substr(0, end))) return refusal;
        const std::size_t length = text.substr(end).starts_with("\r\n") ? 2 : 1;
        text.remove_prefix(std::min(text.size(), end + length));
    }
    return std::nullopt;
}

}  // namespace paperround::markdown
