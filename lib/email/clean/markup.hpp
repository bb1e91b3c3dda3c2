// Pieces of HTML as the cleaner writes them. For this library's sources only. Pure.
#pragma once

#include <string>
#include <string_view>

#include "email/page/embedded_data.hpp"
#include "email/page/html_player.hpp"

namespace paperround::email {

// Quotation marks stay.
[[nodiscard]] std::string escape_text(std::string_view text);
// With a space in front.
[[nodiscard]] std::string attribute(std::string_view name, std::string_view value);

// A link, with a poster as wide as `room` allows.
[[nodiscard]] std::string markup_of(const PlayerLink& link, unsigned room);
// Its pictures, one below the other and as wide as `room`, and its caption; empty without pictures.
[[nodiscard]] std::string markup_of(const EmbeddedGallery& gallery, unsigned room);

}  // namespace paperround::email
