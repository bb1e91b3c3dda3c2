#include "public/look.hpp"

#include "email/css/colour.hpp"

namespace paperround::pages {

web::Look look_of(const config::Theme& theme) {
    const auto accent = email::parse_colour(theme.accent).value_or(email::Colour{});
    const auto bright = email::readable_on(accent, email::night);
    return {.accent = to_text(accent),
            .on_accent = to_text(email::ink_on(accent)),
            .accent_dark = to_text(bright),
            .on_accent_dark = to_text(email::ink_on(bright)),
            .logo = theme.logo,
            .logo_dark = theme.logo_dark};
}

}  // namespace paperround::pages
