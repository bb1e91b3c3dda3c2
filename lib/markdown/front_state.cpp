#include "markdown/front_state.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace paperround::markdown {

namespace {

using Kind = FrontValue::Kind;

// True keeps the post back.
constexpr std::array<std::string_view, 5> flags_against{"private", "hidden", "unlisted", "headless",
                                                        "eleventyexcludefromcollections"};
// False does.
constexpr std::array<std::string_view, 5> flags_for{"dg-publish", "public", "listed", "visible", "permalink"};

constexpr std::array<std::string_view, 12> keys{
    "status",     "build",    "_build",   "private",
    "hidden",     "unlisted", "headless", "eleventyexcludefromcollections",
    "dg-publish", "public",   "listed",   "visible"};

const FrontValue* find(const FrontValue& map, std::string_view key) {
    const auto found = std::find_if(map.members.rbegin(), map.members.rend(),
                                    [&](const FrontMember& each) { return each.key == key; });
    return found == map.members.rend() ? nullptr : &found->value;
}

std::optional<bool> flag_in(const FrontValue& map, std::string_view key) {
    const FrontValue* value = find(map, key);
    if (value == nullptr || value->kind != Kind::text || trim(value->text).empty()) return std::nullopt;
    return flag_of(value->text);
}

// "In review" is written with any sign between the words.
std::string letters_of(std::string_view text) {
    std::string letters = ascii_lower(without_link_brackets(text));
    std::erase_if(letters, [](char c) { return !is_ascii_alpha(c); });
    return letters;
}

bool is_unpublished(const FrontValue& status) {
    constexpr std::array<std::string_view, 11> states{"draft",       "drafts",   "private",  "pending",
                                                      "unpublished", "archived", "inreview", "hidden",
                                                      "unlisted",    "trash",    "autodraft"};
    if (status.kind == Kind::list) return std::ranges::any_of(status.items, is_unpublished);
    return status.kind == Kind::text && std::ranges::find(states, letters_of(status.text)) != states.end();
}

// Hugo's `build: {render: never, list: never}`.
bool is_in_no_list(const FrontValue& root) {
    for (const std::string_view key : {"build", "_build"}) {
        const FrontValue* build = find(root, key);
        if (build == nullptr) continue;
        for (const std::string_view part : {"render", "list"}) {
            const FrontValue* value = find(*build, part);
            if (value != nullptr &&
                (ascii_iequals(trim(value->text), "never") || flag_in(*build, part) == false))
                return true;
        }
    }
    return false;
}

}  // namespace

std::optional<bool> flag_of(std::string_view text) {
    const std::string lower = ascii_lower(trim(text));
    if (lower == "true" || lower == "yes" || lower == "on" || lower == "1") return true;
    if (lower == "false" || lower == "no" || lower == "off" || lower == "0" || lower.empty()) return false;
    return std::nullopt;
}

std::string without_link_brackets(std::string_view text) {
    std::string_view inner = trim(text);
    if (inner.starts_with('!')) inner.remove_prefix(1);
    if (!inner.starts_with("[[") || !inner.ends_with("]]") || inner.size() < 5) return std::string(text);
    inner = inner.substr(2, inner.size() - 4);
    if (inner.find("[[") != std::string_view::npos) return std::string(text);
    const auto bar = inner.find('|');
    if (bar != std::string_view::npos) return std::string(trim(inner.substr(bar + 1)));
    return std::string(trim(inner.substr(inner.rfind('/') + 1)));
}

std::span<const std::string_view> keys_that_keep_back() {
    return keys;
}

bool keeps_back(const FrontValue& root) {
    const FrontValue* status = find(root, "status");
    const auto says = [&](bool value) {
        return [&root, value](std::string_view key) { return flag_in(root, key) == value; };
    };
    return (status != nullptr && is_unpublished(*status)) || is_in_no_list(root) ||
           std::ranges::any_of(flags_against, says(true)) || std::ranges::any_of(flags_for, says(false));
}

}  // namespace paperround::markdown
