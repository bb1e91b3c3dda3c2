// What platforms build of <div>s and tables, since their own style sheets make something else of these. For
// this library's sources only. Pure; each looks at a few elements around the one that it is asked about.
#pragma once

#include <gumbo.h>

namespace paperround::email {

enum class PlatformShape {
    none,
    card,     // stands apart from what is around it
    caption,  // of the picture in front of it
    pull_quote,
    code_frame,  // holds code, and has its background
};
[[nodiscard]] PlatformShape platform_shape(const GumboNode& node);

// Blogger: a table of a picture and its caption.
enum class CaptionedPart { none, table, row, picture, caption };
[[nodiscard]] CaptionedPart captioned_part(const GumboNode& node);

// Medium: the words stand in a link, behind a title and a description in elements of their own.
[[nodiscard]] bool is_address_of_card(const GumboNode& text);

}  // namespace paperround::email
