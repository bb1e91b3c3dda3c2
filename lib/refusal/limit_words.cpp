#include "refusal/limit_words.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace paperround::refusal {

bool names_connections(std::string_view reply) {
    constexpr std::array<std::string_view, 7> words{
        "thread limit",     "concurren",         "simultaneous",     "too many connections",
        "connection limit", "connections limit", "too many sessions"};
    const std::string lower = ascii_lower(reply);
    return std::ranges::any_of(words,
                               [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace paperround::refusal
