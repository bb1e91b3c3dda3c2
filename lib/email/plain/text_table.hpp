// Tables of the text part: aligned columns where they fit, else a list with a row for each item. For this
// folder's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "email/text/bidi.hpp"

namespace paperround::email {

// Whether its cells hold lines of text, or lists beside others; a table that holds headings, pictures with
// captions, tables, or paragraphs without a row of headers is there for layout.
[[nodiscard]] bool is_data_table(const GumboNode& table);

// The only paragraph of a cell is the cell.
[[nodiscard]] bool is_whole_cell(const GumboNode& node);

enum class Alignment { start, centre, end };

struct TextCell {
    std::string text;  // one line or several
    Alignment alignment = Alignment::start;
    unsigned columns = 1;  // that it takes
    unsigned rows = 1;
};

struct TextTable {
    std::vector<std::vector<TextCell>> rows;
    bool has_header = false;  // the first row
};

// What the element says of itself, without its text.
[[nodiscard]] TextCell text_cell(const GumboNode& cell);

// That of most words of its cells.
[[nodiscard]] Direction direction_of(const TextTable& table);

// Lines that run in the table's direction, with the marks that keep its columns apart.
[[nodiscard]] std::vector<std::string> lay_out(const TextTable& table, std::size_t columns);

}  // namespace paperround::email
