// Backgrounds of tables as HTML had them before style sheets: `bgcolor`. For this library's sources only.
// Pure.
#pragma once

#include <gumbo.h>

#include <vector>

#include "email/css/css_parser.hpp"

namespace paperround::email {

// Adds it to what holds for a table, a row or a cell, where no style sheet says another.
void add_bgcolor(const GumboNode& node, std::vector<CssDeclaration>& style);

// Whether a row or a cell says that it has a background. Linear in the table.
[[nodiscard]] bool has_coloured_cells(const GumboNode& table);

}  // namespace paperround::email
