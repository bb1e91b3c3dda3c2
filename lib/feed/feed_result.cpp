#include "feed/feed_result.hpp"

#include <fmt/format.h>

namespace paperround::feed {

std::string FeedIssue::to_line() const {
    if (!file.empty())
        return line > 0 ? fmt::format("{}:{}: {}", file, line, message) : file + ": " + message;
    if (line == 0) return message;
    if (column == 0) return fmt::format("line {}: {}", line, message);
    return fmt::format("line {}, column {}: {}", line, column, message);
}

}  // namespace paperround::feed
