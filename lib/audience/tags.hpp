// Tags of a reader: short words by which segments choose (docs/segments.md). ASCII letters in lower case, sorted, each
// once. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::audience {

using Tags = std::vector<std::string>;

inline constexpr std::size_t most_tags = 100;   // of a reader; more are dropped
inline constexpr std::size_t longest_tag = 64;  // octets

// "beta, Long Walks; new": separated by commas or semicolons, in quotes or not, as list managers write them.
[[nodiscard]] Tags tags_of_list(std::string_view text);
// Why it is none; empty where it is one.
[[nodiscard]] std::string tag_problem(std::string_view tag);
[[nodiscard]] Tags with_tags(const Tags& before, std::span<const std::string> added,
                             std::span<const std::string> removed);

// As the column `tags` has them: a line each.
[[nodiscard]] std::string encode_tags(const Tags& tags);
[[nodiscard]] Tags decode_tags(std::string_view text);

}  // namespace paperround::audience
