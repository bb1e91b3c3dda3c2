#include "public/join_form.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::pages {

std::optional<JoinForm> read_join_form(std::string_view body) {
    if (body.size() > join_form_limit) return std::nullopt;
    JoinForm form;
    bool has_address = false;
    for (const std::string_view pair : split(body, '&')) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const auto name = decode_percent(pair.substr(0, equals), true);
        auto value = decode_percent(pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        if (*name == "email" && !has_address) {
            form.address = std::move(*value);
            has_address = true;
        } else if (*name == "stamp" && form.stamp.empty()) {
            form.stamp = std::move(*value);
        } else if (*name == "website") {
            form.trapped = form.trapped || !trim(*value).empty();
        } else if (*name == "confirm") {
            form.confirms = form.confirms || *value == "yes";
        }
    }
    return form;
}

}  // namespace paperround::pages
