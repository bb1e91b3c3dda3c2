// Text from a feed or the configuration on one line. It is valid UTF-8: what brings it in sees to that. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/text.hpp"

namespace paperround::email {

// Without what template/merge_text.hpp makes marks of.
[[nodiscard]] inline std::string one_line(std::string_view text) {
    return without_control_characters(collapse_spaces(text));
}

}  // namespace paperround::email
