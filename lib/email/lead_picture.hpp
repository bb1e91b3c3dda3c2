// The picture that stands above an article. For this library's sources only. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/picture/picture_size.hpp"
#include "email/clean/html_cleaner.hpp"

namespace paperround::email {

// The post's picture, unless it turned out to be a thumbnail: as wide as the column it would be a blur.
[[nodiscard]] std::string lead_picture(const std::string& picture, const PictureSizes& known);
// Whether the article shows the picture already, in whatever size.
[[nodiscard]] bool shows_picture(const CleanHtml& article, std::string_view picture);
// In pixels: as wide as there is room, but not wider than the picture is, as far as that is known.
[[nodiscard]] unsigned shown_width(const std::string& picture, const PictureSizes& known, unsigned room);

}  // namespace paperround::email
