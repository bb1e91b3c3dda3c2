// Colours that can be read: contrast as WCAG 2.1 measures it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::email {

struct Colour {
    unsigned char red = 0;
    unsigned char green = 0;
    unsigned char blue = 0;
    bool operator==(const Colour&) const = default;
};

[[nodiscard]] std::optional<Colour> parse_colour(std::string_view text);  // #rrggbb
[[nodiscard]] std::string to_text(const Colour& colour);

// 1 (the same) to 21 (black on white).
[[nodiscard]] double contrast(const Colour& a, const Colour& b);

inline constexpr double readable_contrast = 4.5;  // WCAG's AA for text of ordinary size
inline constexpr double visible_contrast = 3;     // for large text, and for what is no text

// What the templates' sheets are, by day and in dark mode.
inline constexpr Colour paper{255, 255, 255};
inline constexpr Colour night{31, 29, 26};

// White or the darkest ink, whichever reads better on the background; black on the few middle tones where
// neither can be read.
[[nodiscard]] Colour ink_on(const Colour& background);
// The colour, moved as little as need be towards black or white until it can be read on the background.
[[nodiscard]] Colour readable_on(const Colour& colour, const Colour& background);

}  // namespace paperround::email
