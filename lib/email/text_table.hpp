// Tables of the text part: aligned columns where they fit, else a list with a row for each item. For this
// folder's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "email/bidi.hpp"

namespace paperround::email {

// Whether its cells hold lines of text; a table that holds paragraphs, lists or tables is there for layout.
[[nodiscard]] bool is_data_table(const GumboNode& table);

struct TextTable {
    std::vector<std::vector<std::string>> rows;
    bool has_header = false;  // the first row
};

// That of most words of its cells.
[[nodiscard]] Direction direction_of(const TextTable& table);

// Lines that run in the table's direction, with the marks that keep its columns apart.
[[nodiscard]] std::vector<std::string> lay_out(const TextTable& table, std::size_t columns);

}  // namespace paperround::email
