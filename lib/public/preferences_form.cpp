#include "public/preferences_form.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::pages {

namespace {
constexpr std::string_view last_field = "preferences=save";
}  // namespace

std::optional<PreferencesForm> read_preferences_form(std::string_view body) {
    if (body.size() > preferences_form_limit) return std::nullopt;
    const auto pairs = split(body, '&');
    if (trim(pairs.back()) != last_field) return std::nullopt;
    PreferencesForm form;
    for (const std::string_view pair : pairs) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const auto name = decode_percent(pair.substr(0, equals), true);
        auto value = decode_percent(pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        if (*name == "shown") {
            form.shown.insert(std::move(*value));
        } else if (*name == "read") {
            form.read.insert(std::move(*value));
        } else if (*name == "language") {
            form.language = std::move(*value);
        } else if (*name == "name") {
            form.name = std::move(*value);
        }
    }
    return form;
}

}  // namespace paperround::pages
