// Whether a picture vanishes on a dark ground: a dark logo on a transparent ground. Pure; bounded.
#pragma once

#include <string_view>

namespace paperround {

// For a PNG: nearly all visible pixels are dark, and a good part of the picture is transparent. False if that
// cannot be told: other formats, interlaced or broken files, more than 4 million pixels.
[[nodiscard]] bool is_dark_on_nothing(std::string_view png);

}  // namespace paperround
