// Which picture an <img> of a web page stands for, and how it is shown in a mail: lazy loaders keep the real
// source in attributes of their own, tracking pixels show nothing, and Outlook obeys the width attribute and
// no style. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address/base_url.hpp"
#include "base/picture/picture_size.hpp"
#include "email/css/css_parser.hpp"

namespace paperround::email {

struct ImageSource {
    std::string url;    // absolute, http or https
    bool lazy = false;  // it did not stand in `src`
    std::string full;   // the same at its full size, as far as the page says where that is
};

// `srcset`: of the <source> elements in front of it, or empty. Of several sizes the largest that is no larger
// than twice the column; what is neither WebP nor AVIF before those.
[[nodiscard]] std::optional<ImageSource> image_source(const GumboNode& image, std::string_view base,
                                                      std::string_view srcset);
// One pixel, or hidden, or on a counter's address. `style` is what holds for the image.
[[nodiscard]] bool is_tracking_pixel(const GumboNode& image, std::string_view url,
                                     const std::vector<CssDeclaration>& style);

// How large it is shown, in pixels.
struct ImageShape {
    std::optional<unsigned> width;  // at most the column
    std::optional<unsigned> height;
    bool reduced = false;  // the picture is larger, or may be
};

// From the style, the attributes, and the picture's own size where that is known.
[[nodiscard]] ImageShape image_shape(const GumboNode& image, const std::vector<CssDeclaration>& style,
                                     const std::optional<PictureSize>& own, unsigned column);

// `640` and `640px`; nothing for percentages and words.
[[nodiscard]] std::optional<unsigned> pixels(std::optional<std::string_view> text);
// The same, and `20em`, `15pt` and `50%` of `whole`.
[[nodiscard]] std::optional<unsigned> length_in_pixels(std::string_view text, unsigned whole);

// The absolute URL of a picture or link in HTML, as browsers read it: only http and https.
[[nodiscard]] std::optional<std::string> web_url(std::string_view reference, BaseUrl base);
// The same, and mailto and tel.
[[nodiscard]] std::optional<std::string> link_url(std::string_view reference, BaseUrl base);

}  // namespace paperround::email
