// Text from a feed or the configuration on one line. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::email {

// Without what template/merge_text.hpp makes marks of.
[[nodiscard]] inline std::string one_line(std::string_view text) {
    return without_control_characters(collapse_spaces(to_valid_utf8(text)));
}

}  // namespace paperround::email
