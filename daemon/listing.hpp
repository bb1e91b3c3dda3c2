// Listings for people: aligned columns that fit the terminal, and colour only where it helps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::daemon {

// Columns are as wide as their widest cell; the last one takes what is left of the width and wraps onto lines
// of its own, so that nothing is cut off; where less than 20 columns are left it begins below the others.
// Earlier columns wider than 40 columns are cut with an ellipsis. Cells may hold what came from outside: see
// base/terminal_text.hpp.
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

// The terminal's columns; 80 where standard output is none.
[[nodiscard]] std::size_t terminal_width();
// "12 345"
[[nodiscard]] std::string count_text(std::int64_t number);
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
// `text` in lines of at most `width` columns, broken at spaces where there are any; all but the first
// indented.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

}  // namespace paperround::daemon
