// Relative links in HTML as absolute ones, everything else untouched. Pure, linear, tolerant: what is no tag
// stays as it is.
#pragma once

#include <string>
#include <string_view>

namespace paperround::feed {

// The values of href, src, srcset, poster, cite, background and data-src, resolved against `base`. Where that
// is only a guess, `fragments` leaves those alone that lead to a place within the same text.
enum class Fragments { resolved, kept };
[[nodiscard]] std::string absolute_links(std::string_view html, std::string_view base,
                                         Fragments fragments = Fragments::resolved);

// One such value; `name` in small letters. What is no link stays as it is.
[[nodiscard]] std::string absolute_value(std::string_view name, std::string_view value,
                                         std::string_view base);

}  // namespace paperround::feed
