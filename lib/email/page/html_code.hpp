// Code as pages of code show it: in tables with a column of line numbers, in lists of lines, with numbers
// between. For this library's sources only. Pure; linear.
#pragma once

#include <gumbo.h>

#include <string>
#include <vector>

#include "email/css/css_parser.hpp"

namespace paperround::email {

// The number of a line, or a column of them.
[[nodiscard]] bool is_line_number(const GumboNode& node);

// A table whose first column numbers the lines of code in the second.
[[nodiscard]] bool is_code_table(const GumboNode& table);

// Whether lines within a <pre> are elements of their own.
[[nodiscard]] bool holds_lines(const GumboNode& pre);

// A block whose lines and spaces a style keeps, in letters of one width: what editors put on the clipboard.
[[nodiscard]] bool is_pasted_code(const std::vector<CssDeclaration>& style);

// The lines within a table or a <pre>, with their line ends and indentation, without numbers.
[[nodiscard]] std::string code_in(const GumboNode& node);

}  // namespace paperround::email
