// Which picture an <img> of a web page stands for: lazy loaders keep the real source in attributes of their
// own, and tracking pixels show nothing. For this folder's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>

#include "email/css_parser.hpp"

namespace paperround::email {

struct ImageSource {
    std::string url;    // absolute, http or https
    bool lazy = false;  // it did not stand in `src`
};

// `srcset`: of a <source> in front of it, or empty.
[[nodiscard]] std::optional<ImageSource> image_source(const GumboNode& image, std::string_view base,
                                                      std::string_view srcset);
// One pixel, or hidden, or on a counter's address. `style` is what holds for the image.
[[nodiscard]] bool is_tracking_pixel(const GumboNode& image, std::string_view url,
                                     const std::vector<CssDeclaration>& style);
// `640` and `640px`; nothing for percentages and words.
[[nodiscard]] std::optional<unsigned> pixels(std::optional<std::string_view> text);

// Absolute, and only http and https; `base` may be empty.
[[nodiscard]] std::optional<std::string> web_url(std::string_view reference, std::string_view base);
// The same, and mailto and tel.
[[nodiscard]] std::optional<std::string> link_url(std::string_view reference, std::string_view base);

}  // namespace paperround::email
