// What an item has for the ears: a podcast's episode, a film that was posted with a few words. Used inside
// this folder. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feed/xml_document.hpp"

namespace paperround::feed {

// Of one item; each is looked for in its whole text.
inline constexpr std::size_t most_recordings = 5;

// By its type, or, where that is none, is said of every file or is a picture's, by the ending of its address.
[[nodiscard]] bool is_recording(std::string_view type, std::string_view address);

// The addresses of what the item encloses, at most most_recordings. Those of a group of Media RSS are one
// film in several sizes, which has a page: they are left out.
[[nodiscard]] std::vector<std::string> recordings_in(const XmlNode& item);

// A player for each that the body does not name; `addresses` are absolute, and at most most_recordings.
[[nodiscard]] std::string recordings_html(const std::vector<std::string>& addresses, std::string_view body,
                                          std::string_view link);

}  // namespace paperround::feed
