#include "email/html/html_extent.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace paperround::email {

namespace {

// Each costs a look at all of the rest.
constexpr unsigned most_unbalanced = 8;

struct FoundTag {
    std::size_t at = std::string_view::npos;  // of its `<`
    std::size_t behind = 0;
    bool is_end = false;
    bool self_closing = false;
};

// The name of the tag at the front of `text`, which begins with `<` or `</`; empty where that is no tag.
std::string_view tag_name(std::string_view text) {
    text.remove_prefix(text.starts_with("</") ? 2 : 1);
    const auto end = std::ranges::find_if_not(
        text, [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == ':'; });
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// The next start or end tag of an element.
FoundTag next_tag(std::string_view text, std::string_view name, std::size_t from) {
    for (auto at = text.find('<', from); at != std::string_view::npos; at = text.find('<', at + 1)) {
        const std::string_view here = text.substr(at, name.size() + 3);
        if (!ascii_iequals(tag_name(here), name)) continue;
        const auto end = text.find('>', at);
        if (end == std::string_view::npos) return {};
        return {at, end + 1, here.starts_with("</"), text[end - 1] == '/'};
    }
    return {};
}

bool begins_with_tag(std::string_view content) {
    content = trim(content);
    if (!content.starts_with('<')) return false;
    return !tag_name(content).empty();
}

// What no script and no style sheet holds outside of its quotation marks.
bool is_of_article(std::string_view name) {
    constexpr std::array<std::string_view, 19> names{
        "article", "blockquote", "div", "figure", "h1", "h2",  "h3",      "h4",    "h5", "h6",
        "hr",      "img",        "li",  "ol",     "p",  "pre", "section", "table", "ul"};
    return std::ranges::find(names, ascii_lower(name)) != names.end();
}

// Code ends where the article goes on; what stands behind the other elements is the article.
ElementExtent never_closed(std::string_view rest, std::string_view name) {
    if ((name != "script" && name != "style") || begins_with_tag(rest)) return {};
    for (auto at = rest.find('<'); at != std::string_view::npos; at = rest.find('<', at + 1)) {
        if (is_of_article(tag_name(rest.substr(at, 16)))) return {at, at, false};
    }
    return {rest.size(), rest.size(), false};
}

}  // namespace

ElementExtent ElementExtents::raw(std::string_view rest, const std::string& name, bool self_closing) {
    FoundTag found;
    if (!without_end_.contains(name)) {
        found = next_tag(rest, name, 0);
        if (found.at == std::string_view::npos) without_end_.insert(name);
    }
    if (found.at == std::string_view::npos) return self_closing ? ElementExtent{} : never_closed(rest, name);
    const bool tagged = begins_with_tag(rest.substr(0, found.at));
    // A script may write another one; else an element in its like shows that the outer one was never closed.
    if (!found.is_end && (self_closing || name != "script" || tagged)) return {};
    if (found.is_end && self_closing && tagged) return {};
    while (found.at != std::string_view::npos && !found.is_end) found = next_tag(rest, name, found.behind);
    if (found.at == std::string_view::npos) {
        without_end_.insert(name);
        return never_closed(rest, name);
    }
    return {found.at, found.behind, true};
}

ElementExtent ElementExtents::nested(std::string_view rest, const std::string& name, bool self_closing) {
    if (self_closing || without_end_.contains(name)) return {};
    std::size_t depth = 1;
    for (FoundTag found = next_tag(rest, name, 0); found.at != std::string_view::npos;
         found = next_tag(rest, name, found.behind)) {
        if (found.is_end && --depth == 0) return {found.at, found.behind, true};
        if (!found.is_end && !found.self_closing) ++depth;
    }
    if (++unbalanced_[name] >= most_unbalanced) without_end_.insert(name);
    return {};
}

}  // namespace paperround::email
