// The page that a person would open instead of a bare player, as far as its address follows from the
// player's: what is not certain stays as it is. For this library's sources only. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::email {

// `player`: an absolute URL of http or https. Nothing where no page is known for it.
[[nodiscard]] std::optional<std::string> page_of_player(std::string_view player);

// The page of what a script writes into the page where it stands (a gist, a cast); nothing for other scripts.
[[nodiscard]] std::optional<std::string> page_of_script(std::string_view script);

// The picture that stands for a film; empty where its address is not certain.
[[nodiscard]] std::string poster_of_page(std::string_view page);

// Whether a film's identity is written as YouTube has it.
[[nodiscard]] bool is_youtube_id(std::string_view id);

}  // namespace paperround::email
