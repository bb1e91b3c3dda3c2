// Dates as feeds spell them, made like those of ISO 8601 as far as characters go. Used inside feed only. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::feed {

[[nodiscard]] bool all_digits(std::string_view text);

// ISO 8601 without its marks, "20261122T080000Z".
[[nodiscard]] std::string with_marks(std::string text);
// 2026年11月22日, 2026년 11월 22일
[[nodiscard]] std::string without_characters(std::string text, bool& korean);
// "[Europe/Paris]" behind the offset that says the same; quotation marks; a comma before the fraction of a
// second.
[[nodiscard]] std::string without_oddities(std::string_view text);

}  // namespace paperround::feed
