// A value of a front matter, whichever of YAML, TOML and JSON it is written in, and the parsers of the three.
// Pure; they throw nothing. Limits: 64 KiB, depth 10.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace paperround::markdown {

struct FrontMatterError {
    std::size_t line;     // 1-based, in the file
    std::string message;  // what was expected, what came
};

struct FrontMember;

struct FrontValue {
    enum class Kind { text, list, map, unusable };
    Kind kind = Kind::text;
    std::string text;  // a text's own; of what is unusable, why
    std::vector<FrontValue> items;
    std::vector<FrontMember> members;
    std::size_t line = 0;
};

struct FrontMember {
    std::string key;  // in small letters
    FrontValue value;
};

inline constexpr std::size_t largest_front_matter = 64U << 10U;
inline constexpr std::size_t deepest_front_matter = 10;

// Each gives a map. `first_line` is the number of the block's first line in the file.
[[nodiscard]] Result<FrontValue, FrontMatterError> read_yaml_matter(std::string_view block,
                                                                    std::size_t first_line);
[[nodiscard]] Result<FrontValue, FrontMatterError> read_toml_matter(std::string_view block,
                                                                    std::size_t first_line);
[[nodiscard]] Result<FrontValue, FrontMatterError> read_json_matter(std::string_view block,
                                                                    std::size_t first_line);

}  // namespace paperround::markdown
