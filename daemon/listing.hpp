// Listings for people: aligned columns that fit the terminal, and colour only where it helps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::daemon {

// Columns are as wide as their widest cell. The last column takes the remaining width and wraps, so that
// nothing is cut off; if less than 20 columns of the terminal remain it begins below the others. Other cells
// are cut after 40 columns, with an ellipsis. Cells may hold text from outside: see base/text/terminal_text.hpp.
class Listing {
  public:
    explicit Listing(std::vector<std::string> header);
    void add(std::vector<std::string> cells);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    [[nodiscard]] std::string text(std::size_t width) const;

  private:
    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

// The terminal's columns; 80 if standard output is not a terminal.
[[nodiscard]] std::size_t terminal_width();
// "12 345"
[[nodiscard]] std::string count_text(std::int64_t number);
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
// Breaks `text` into lines of at most `width` columns, at spaces if possible; all lines but the first are
// indented.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

}  // namespace paperround::daemon
