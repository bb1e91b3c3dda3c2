#include "daemon/listing.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "base/text/terminal_text.hpp"
#include "base/utf8.hpp"

namespace paperround::daemon {

namespace {
constexpr std::size_t widest_column = 40;
constexpr std::size_t gap = 2;
constexpr std::size_t least_of_last = 20;  // with fewer columns left, the last cell begins on a new line

// The longest prefix of at most `width` columns.
std::string_view columns_prefix(std::string_view text, std::size_t width) {
    std::size_t used = 0;
    std::size_t length = 0;
    while (length < text.size()) {
        const CodePoint point = next_code_point(text.substr(length));
        const std::size_t wide = display_width(text.substr(length, point.length));
        if (used + wide > width) break;
        used += wide;
        length += point.length;
    }
    return text.substr(0, length);
}

}  // namespace

std::size_t terminal_width() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) return size.ws_col;
    return 80;
}

std::string count_text(std::int64_t number) {
    return with_thousands(static_cast<std::uint64_t>(number));
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t used = display_width(text);
    return std::string(text) + std::string(used < width ? width - used : 0, ' ');
}

std::string shortened(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    return std::string(columns_prefix(text, width - 1)) + "…";
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    text = trim(text);
    width = std::max<std::size_t>(width, 10);
    for (;;) {
        if (display_width(text) <= width) return out + std::string(text);
        std::string_view line = columns_prefix(text, width);
        if (const auto space = line.rfind(' '); space != std::string_view::npos && space > 0) {
            line = line.substr(0, space);
        }
        out += std::string(line) + "\n" + std::string(indent, ' ');
        text = trim(text.substr(line.size()));
    }
}

Listing::Listing(std::vector<std::string> header) : header_(std::move(header)) {}

void Listing::add(std::vector<std::string> cells) {
    cells.resize(header_.size());
    for (std::string& cell : cells) cell = terminal_text(cell);
    rows_.push_back(std::move(cells));
}

std::string Listing::text(std::size_t width) const {
    const std::size_t last = header_.size() - 1;
    std::vector<std::size_t> widths;
    std::size_t before_last = 0;
    for (std::size_t column = 0; column < last; ++column) {
        std::size_t widest = display_width(header_[column]);
        for (const auto& row : rows_) widest = std::max(widest, display_width(row[column]));
        widths.push_back(std::min(widest, widest_column));
        before_last += widths.back() + gap;
    }
    std::string out;
    const auto put = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t column = 0; column < last; ++column) {
            line += padded(shortened(row[column], widths[column]), widths[column] + gap);
        }
        if (before_last + least_of_last <= width) {
            line += wrapped(row[last], width - before_last, before_last);
        } else if (!row[last].empty()) {
            line.erase(line.find_last_not_of(' ') + 1);
            line += "\n" + std::string(gap, ' ') + wrapped(row[last], width - gap, gap);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    };
    put(header_);
    for (const auto& row : rows_) put(row);
    return out;
}

}  // namespace paperround::daemon
