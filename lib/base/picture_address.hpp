// What the address of a picture tells without asking for it: whom or what it shows, how wide it is, and
// whether two addresses are the same picture in two sizes. Guesses, made from what blog software and
// picture servers write. Pure; linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround {

// Twice the column of a mail: sharp on every screen, and no heavier than that.
inline constexpr unsigned widest_picture = 1200;
// What is narrower is a thumbnail.
inline constexpr unsigned thumbnail_width = 200;

// Somebody's portrait beside what he wrote (Gravatar and its like).
[[nodiscard]] bool is_avatar_address(std::string_view url);
// A counter's, that says no size: feeds and blogs have some.
[[nodiscard]] bool is_counter_address(std::string_view url);
// WebP or AVIF, which Outlook does not show.
[[nodiscard]] bool is_modern_picture(std::string_view url);
// In pixels, where the name or the query says so: `ship-1024x683.jpg`, `?w=640`, `/s72-c/`.
[[nodiscard]] std::optional<unsigned> width_in_address(std::string_view url);

// What two sizes of one picture have in common: its name, without the size that is a part of it, without the
// server that delivers another's picture (i0.wp.com and its like), the query and the format. A name that many
// pictures have (`image.jpg`, `1.png`) counts together with its folder. Empty where there is none.
[[nodiscard]] std::string picture_name(std::string_view url);

}  // namespace paperround
