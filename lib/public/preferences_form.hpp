// Reads the body of a POST of the page with a reader's preferences. Pure; linear.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace paperround::pages {

inline constexpr std::size_t preferences_form_limit = 64UL << 10U;  // octets: more than 500 newsletters need

struct PreferencesForm {
    std::set<std::string, std::less<>> shown;  // newsletters that the page had
    std::set<std::string, std::less<>> read;   // those of them that the reader wants
    std::string language;
    std::string name;
};

// application/x-www-form-urlencoded, whatever the type says. A box without its tick is not sent, so a body that was cut
// off would look like a wish to leave: nothing unless its last field is ours, `preferences=save`.
[[nodiscard]] std::optional<PreferencesForm> read_preferences_form(std::string_view body);

}  // namespace paperround::pages
