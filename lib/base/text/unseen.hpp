// Characters that nobody sees in an address or a name: Unicode's white space (the property White_Space), and
// invisible characters, which have no width (zero-width spaces, byte order marks, bidirectional controls,
// soft hyphens …). They are copied in from web pages, mail and spreadsheets. Pure. Text is UTF-8; octets that
// are not UTF-8 count as visible.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround {

[[nodiscard]] bool is_white_space(char32_t value);
// Whether the character has no width. True for joiners and variation selectors, which names may hold (emoji,
// Persian).
[[nodiscard]] bool is_invisible(char32_t value);

// Trims white space and invisible characters at both ends.
[[nodiscard]] std::string_view trim_unseen(std::string_view text);
// Trims white space at both ends.
[[nodiscard]] std::string_view trim_white_space(std::string_view text);
// Finds the first white space or invisible character beyond ASCII.
[[nodiscard]] std::optional<char32_t> first_unseen(std::string_view text);

// For names: each run of white space becomes one space, both ends are trimmed, and invisible characters are
// removed except joiners and variation selectors.
[[nodiscard]] std::string tidied_name(std::string_view text);

}  // namespace paperround
