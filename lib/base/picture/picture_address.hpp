// What the URL of a picture tells without fetching it: what it shows, how wide it is, and whether two URLs
// are the same picture in two sizes. Heuristics for the URLs that blog software and picture servers write.
// Pure; linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround {

// In pixels: twice the width of a mail's column. Sharp on every screen, and no heavier than necessary.
inline constexpr unsigned widest_picture = 1200;
// In pixels: a narrower picture is a thumbnail.
inline constexpr unsigned thumbnail_width = 200;

// An author's portrait (Gravatar and the like).
[[nodiscard]] bool is_avatar_address(std::string_view url);
// A tracking pixel that does not state its size, as some feeds and blogs have.
[[nodiscard]] bool is_counter_address(std::string_view url);
// WebP or AVIF: Outlook does not show these formats.
[[nodiscard]] bool is_modern_picture(std::string_view url);
// In pixels, if the name or the query states the width: `ship-1024x683.jpg`, `?w=640`, `/s72-c/`.
[[nodiscard]] std::optional<unsigned> width_in_address(std::string_view url);

// A name that all sizes of one picture share: the file name without size, format, query and without a picture
// server in front (i0.wp.com and the like). A common name (`image.jpg`, `1.png`) includes its folder. Empty
// if there is no name.
[[nodiscard]] std::string picture_name(std::string_view url);

}  // namespace paperround
