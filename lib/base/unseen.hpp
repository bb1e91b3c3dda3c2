// Characters that nobody sees in an address or a name: white space as Unicode has it (the property
// White_Space), and what takes no room at all (zero-width spaces, byte order marks, bidirectional controls,
// soft hyphens …). They come in by copying from web pages, mail and spreadsheets. Pure; text is UTF-8,
// anything else is seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround {

[[nodiscard]] bool is_white_space(char32_t value);
// Takes no room. Joiners and variation selectors are among them, which names may hold (emoji, Persian).
[[nodiscard]] bool is_invisible(char32_t value);

// Without white space and invisible characters at either end.
[[nodiscard]] std::string_view trim_unseen(std::string_view text);
// Without white space at either end.
[[nodiscard]] std::string_view trim_white_space(std::string_view text);
// The first white space or invisible character beyond ASCII.
[[nodiscard]] std::optional<char32_t> first_unseen(std::string_view text);

// For names: every run of white space is one space, none at the ends, and no invisible characters but joiners
// and variation selectors.
[[nodiscard]] std::string tidied_name(std::string_view text);

}  // namespace paperround
