// What a mail says in its text: the lines of the report itself, and the header of the message that it quotes behind
// them. Pure, and linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounce/message_tree.hpp"

namespace paperround::bounce {

struct Prose {
    std::vector<std::string> lines;  // of the report; at most lines_limit, each of at most line_limit octets
    std::vector<Field> quoted;       // header fields of the quoted message, where the text quotes one
};

constexpr std::size_t lines_limit = 2000;
constexpr std::size_t line_limit = 2000;

[[nodiscard]] Prose read_prose(std::string_view text);

// The words of HTML: block elements begin a line, other tags go, references are resolved.
[[nodiscard]] std::string words_of_html(std::string_view html);

}  // namespace paperround::bounce
