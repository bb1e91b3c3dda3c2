#include "email/page/check_box.hpp"

#include <string_view>

#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"

namespace paperround::email {

namespace {

constexpr std::string_view done = "\u2611 ";
constexpr std::string_view to_do = "\u2610 ";

std::optional<bool> state_of_item(const GumboNode& item) {
    const std::string_view list = attribute_of(item, "data-list").value_or("");
    if (list == "checked" || list == "unchecked") return list == "checked";
    const bool box = attribute_of(item, "role").value_or("") == "checkbox";
    for (const auto said : {attribute_of(item, "data-checked"), attribute_of(*item.parent, "data-checked"),
                            box ? attribute_of(item, "aria-checked") : std::nullopt}) {
        if (said && (*said == "true" || *said == "false")) return *said == "true";
    }
    if (has_class(*item.parent, "inline-task-list")) return has_class(item, "checked");
    return std::nullopt;
}

std::optional<bool> state_of_icon(const GumboNode& icon) {
    if (has_class(icon, "checkbox-on") || has_class(icon, "fa-check-square-o") ||
        has_class(icon, "fa-check-square"))
        return true;
    const bool square =
        has_class(icon, "fa-square") && (has_class(icon, "far") || has_class(icon, "fa-regular"));
    if (has_class(icon, "checkbox-off") || has_class(icon, "fa-square-o") || square) return false;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> check_box(const GumboNode& node) {
    const bool item = node.v.element.tag == GUMBO_TAG_LI;
    const auto state = item ? state_of_item(node) : state_of_icon(node);
    if (!state) return std::nullopt;
    if (item) {
        const std::string words = words_in(node, done.size());
        if (words.starts_with(done.substr(0, 3)) || words.starts_with(to_do.substr(0, 3)))
            return std::nullopt;
    }
    return std::string(*state ? done : to_do);
}

}  // namespace paperround::email
