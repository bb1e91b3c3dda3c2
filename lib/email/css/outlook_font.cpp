#include "email/css/outlook_font.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace paperround::email {

namespace {

constexpr std::array<std::string_view, 19> of_windows{
    "Arial",      "Calibri",         "Cambria",      "Candara", "Comic Sans MS", "Consolas",
    "Constantia", "Corbel",          "Courier New",  "David",   "Georgia",       "Segoe UI",
    "Tahoma",     "Times New Roman", "Trebuchet MS", "Verdana", "Meiryo",        "Palatino Linotype",
    "Yu Gothic"};

std::string_view unquoted(std::string_view name) {
    name = trim(name);
    if (name.size() >= 2 && (name.front() == '\'' || name.front() == '"'))
        name = name.substr(1, name.size() - 2);
    return name;
}

// What stands for a generic family, and Georgia for all that says nothing.
std::string_view stand_in(std::string_view generic) {
    if (generic.ends_with("sans-serif") || generic == "system-ui") return "Arial";
    if (generic.ends_with("monospace")) return "Consolas";
    return "Georgia";
}

}  // namespace

std::string outlook_font(std::string_view font_family) {
    const auto fonts = split(font_family, ',');
    for (const std::string_view font : fonts) {
        const std::string name = ascii_lower(unquoted(font));
        const auto found = std::ranges::find(of_windows, name, [](auto known) { return ascii_lower(known); });
        if (found != of_windows.end()) return std::string(*found);
    }
    return std::string(stand_in(ascii_lower(unquoted(fonts.back()))));
}

}  // namespace paperround::email
