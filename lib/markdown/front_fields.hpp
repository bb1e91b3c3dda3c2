// What a front matter says, by the meanings of its keys. A plain value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/text/feed_date.hpp"
#include "markdown/front_value.hpp"

namespace paperround::markdown {

// When a letter of a series is due, as it is written.
struct WrittenAfter {
    std::string text;
    std::size_t line = 0;
};

struct FrontMatter {
    std::string title;
    std::string subtitle;
    std::string author;
    std::string slug;
    std::string image;
    std::string link;
    std::optional<feed::WrittenDate> date;
    std::optional<feed::WrittenDate> publish;  // not before this; where `date` is missing, it is the date
    std::optional<feed::WrittenDate> expires;  // not from this on
    std::optional<WrittenAfter> after;
    std::vector<std::string> tags;
    bool draft = false;
    std::vector<std::string> ignored;        // keys that are not read, in small letters
    std::vector<FrontMatterError> problems;  // values that were left out
    std::string_view body;                   // what follows the block; a view into the text that was read
    std::size_t body_line = 1;               // where it begins
};

}  // namespace paperround::markdown
