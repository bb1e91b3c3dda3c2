// Reads the width and height of a picture from its first octets. Pure; bounded by its input.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace paperround {

struct PictureSize {
    unsigned width = 0;  // pixels as shown: a photograph taken upright is higher than wide
    unsigned height = 0;
    bool operator==(const PictureSize&) const = default;
};

// Sizes by URL.
using PictureSizes = std::map<std::string, PictureSize, std::less<>>;

// In octets: metadata in front of the size is seldom longer.
inline constexpr std::size_t picture_head = 64U << 10U;
// In pixels: a larger number is not a picture's.
inline constexpr unsigned largest_side = 65'500;

// Reads PNG, JPEG, GIF, WebP and AVIF. Returns nothing for other formats, if the size does not stand in these
// octets, or if it is impossible.
[[nodiscard]] std::optional<PictureSize> picture_size(std::string_view head);

}  // namespace paperround
