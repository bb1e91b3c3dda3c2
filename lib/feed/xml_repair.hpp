// Makes a careless document well-formed, so that the XML parser need not guess. The parser's own recovery drops every
// `&amp;` after the first error, and lets one unclosed <br> swallow the items that follow.
//
// Bare ampersands and HTML's named references are spelt out, and so are the document's own entities
// (feed/xml_entities.hpp); a document type is left out; control characters become spaces; attributes get
// quotes; end tags are added or dropped where they do not match; an item inside an item closes the first. A
// document that ends early loses the item that was open: half a post is none.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "feed/xml_entities.hpp"

namespace paperround::feed {

struct RepairedXml {
    std::string text;
    bool cut = false;        // it ended before its root did
    bool too_deep = false;   // nested deeper than the limit: the text is empty
    bool too_large = false;  // it would be larger than the limit: the text is empty
    bool dropped_item = false;
};

inline constexpr std::size_t deepest_xml = 128;
// A document of 10 MiB that holds nothing but bare `<` and `&` would grow to four times its size.
inline constexpr std::size_t largest_repaired = 20U << 20U;

// Linear in the size of the text.
[[nodiscard]] RepairedXml repair_xml(std::string_view utf8, std::span<const DeclaredEntity> entities);

}  // namespace paperround::feed
