// Reads the query of a page's address: `?lang=de&before=120`. What is not well-formed is not there. Pure; linear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::pages {

// The language that is asked for, shaped like a tag; empty: none.
[[nodiscard]] std::string wanted_language(std::string_view query);
// `before=`, a number above 0.
[[nodiscard]] std::optional<std::int64_t> wanted_before(std::string_view query);

}  // namespace paperround::pages
