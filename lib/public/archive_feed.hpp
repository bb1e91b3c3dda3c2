// A newsletter's past letters as a feed (Atom, RFC 4287): titles, days and addresses. Pure.
#pragma once

#include <span>
#include <string>

#include "config/settings.hpp"
#include "public/archive.hpp"

namespace paperround::pages {

// <public_url>/a/<newsletter>, and what stands below it.
[[nodiscard]] std::string archive_url(const config::Settings& settings, std::string_view newsletter);
[[nodiscard]] std::string archive_feed_url(const config::Settings& settings, std::string_view newsletter);
// The link to the archive for other pages; empty where the newsletter has none.
[[nodiscard]] std::string archive_url_if_any(const config::Settings& settings,
                                             const config::Newsletter& newsletter);

// An entry stays the same one when public_url changes.
[[nodiscard]] std::string archive_feed(const config::Settings& settings, const config::Newsletter& newsletter,
                                       std::span<const PastLetter> letters);

}  // namespace paperround::pages
