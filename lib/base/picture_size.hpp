// How wide and high a picture is, read from its first octets. Pure; bounded by what it is given.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace paperround {

struct PictureSize {
    unsigned width = 0;  // pixels, as it is shown: a photograph that the camera turned stands upright
    unsigned height = 0;
    bool operator==(const PictureSize&) const = default;
};

// By address.
using PictureSizes = std::map<std::string, PictureSize, std::less<>>;

// So much of a file is enough: what cameras put in front of the size is seldom longer.
inline constexpr std::size_t picture_head = 64U << 10U;
// A larger picture is none.
inline constexpr unsigned largest_side = 65'500;

// PNG, JPEG, GIF, WebP and AVIF. Nothing where it is none of these, does not say it in what is there, or says
// what cannot be.
[[nodiscard]] std::optional<PictureSize> picture_size(std::string_view head);

}  // namespace paperround
