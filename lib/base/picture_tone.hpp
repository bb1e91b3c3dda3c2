// Whether a picture vanishes on a dark ground: a logo in dark ink on nothing. Pure; bounded.
#pragma once

#include <string_view>

namespace paperround {

// Of a PNG: what can be seen of it is nearly all dark, and a good part of it shines through. False for what
// cannot be told: other formats, interlaced or broken files, more than 4 million pixels.
[[nodiscard]] bool is_dark_on_nothing(std::string_view png);

}  // namespace paperround
