// What platforms keep in attributes, for a script to make a card, a gallery or a player of. For this library's
// sources only. Pure.
#pragma once

#include <gumbo.h>

#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

struct EmbeddedCard {
    std::string url;    // where it leads; may be empty
    std::string label;  // may be empty
};
// Cards of other posts, notes and recordings (Substack), players (Squarespace); of what only the page of the
// post can show, a link to that: `base`. Nothing of other elements.
[[nodiscard]] EmbeddedCard card_of(const GumboNode& node, std::string_view base);

struct EmbeddedGallery {
    std::vector<std::string> pictures;  // addresses, at most 20
    std::string words;                  // what is seen on them
    std::string caption;
};
// A gallery of Substack; nothing where pictures stand in the element.
[[nodiscard]] EmbeddedGallery gallery_of(const GumboNode& node);

}  // namespace paperround::email
