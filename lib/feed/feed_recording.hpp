// Sound and film that an item encloses: a podcast's episode, a film that was posted with a few words. Used inside
// this library. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feed/xml_document.hpp"

namespace paperround::feed {

// Of one item; each is looked for in its whole text.
inline constexpr std::size_t most_recordings = 5;

// Decided by its type. The ending of its address decides if the type is missing, is one that servers give every file,
// or is a picture's.
[[nodiscard]] bool is_recording(std::string_view type, std::string_view address);

// The addresses of what the item encloses, at most most_recordings. A group of Media RSS is left out: it is one film in
// several sizes, and the film has a page.
[[nodiscard]] std::vector<std::string> recordings_in(const XmlNode& item);

// A player for each that the body does not name; `addresses` are absolute, and at most most_recordings.
[[nodiscard]] std::string recordings_html(const std::vector<std::string>& addresses, std::string_view body,
                                          std::string_view link);

}  // namespace paperround::feed
