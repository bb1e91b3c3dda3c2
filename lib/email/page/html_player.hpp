// Players as links, and posts of other sites that a script would show. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>

namespace paperround::email {

struct PlayerLink {
    std::string url;     // empty where there is none that can be followed
    std::string label;   // text
    std::string poster;  // absolute, or empty
};

// Of a <video>, which is what the cleaner's first pass makes of all players. Nothing where it plays nothing
// to anybody, as a counter.
[[nodiscard]] std::optional<PlayerLink> player_link(const GumboNode& player, std::string_view base);

// Where an element leads that a script fills on the page: a note of Instagram, Substack's films and notes.
// `base`: the page of the post, which alone can show some. Nothing for others, and for one that holds a link.
[[nodiscard]] std::optional<PlayerLink> embedded_link(const GumboNode& node, std::string_view base);

// An address as a person would write it: without scheme and query.
[[nodiscard]] std::string plain_address(std::string_view url);

// Whether the line is an address and nothing else.
[[nodiscard]] bool is_bare_address(std::string_view line);

}  // namespace paperround::email
