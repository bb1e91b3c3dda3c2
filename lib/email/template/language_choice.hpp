// Which of the languages that there are is meant by a tag: itself ("de-AT"), or its first part ("de"), or
// none. Those that there are, are in lower case. Pure.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace paperround::email {

// `there` has contains(std::string).
template <class Languages>
[[nodiscard]] std::optional<std::string> language_among(const Languages& there, std::string_view tag) {
    std::string wanted = ascii_lower(trim(tag));
    std::ranges::replace(wanted, '_', '-');
    while (!there.contains(wanted)) {
        const auto dash = wanted.rfind('-');
        if (dash == std::string::npos) return std::nullopt;
        wanted.resize(dash);
    }
    return wanted;
}

}  // namespace paperround::email
