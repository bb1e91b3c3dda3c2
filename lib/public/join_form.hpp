// Reads the body of a POST of the form to subscribe, or of the button that confirms. Pure; linear.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::pages {

inline constexpr std::size_t join_form_limit = 4096;  // octets; the longest real form has 1 200

struct JoinForm {
    std::string address;  // as written
    std::string stamp;
    bool trapped = false;  // a field that no person sees was filled in
    bool confirms = false;
};

// application/x-www-form-urlencoded, whatever the type says. Nothing if it cannot be decoded. Of a field that
// stands twice, the first counts; fields that are not ours do not matter.
[[nodiscard]] std::optional<JoinForm> read_join_form(std::string_view body);

}  // namespace paperround::pages
