#include "email/html_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace paperround::email {

namespace {

using enum ElementRule;

constexpr std::array elements = std::to_array<std::pair<std::string_view, ElementRule>>({
    {"a", formatting},
    {"abbr", keep},
    {"address", block},
    {"article", block},
    {"aside", block},
    {"audio", player},
    {"b", formatting},
    {"bdi", keep},
    {"bdo", keep},
    {"blockquote", keep},
    {"br", keep_void},
    {"button", drop},
    {"canvas", drop},
    {"caption", keep},
    {"center", block},
    {"cite", keep},
    {"code", formatting},
    {"datalist", drop},
    {"dd", keep},
    {"del", keep},
    {"details", block},
    {"dfn", keep},
    {"dialog", drop},
    {"div", keep},
    {"dl", keep},
    {"dt", keep},
    {"em", formatting},
    {"embed", player},
    {"fieldset", block},
    {"figcaption", keep},
    {"figure", keep},
    {"footer", block},
    {"form", block},
    {"h1", keep},
    {"h2", keep},
    {"h3", keep},
    {"h4", keep},
    {"h5", keep},
    {"h6", keep},
    {"header", block},
    {"hr", keep_void},
    {"i", formatting},
    {"iframe", player},
    {"img", keep_void},
    {"ins", keep},
    {"kbd", keep},
    {"li", keep},
    {"main", block},
    {"map", drop},
    {"mark", keep},
    {"nav", block},
    {"noembed", drop_raw},
    {"noframes", drop_raw},
    {"noscript", keep},
    {"object", unwrap},
    {"ol", keep},
    {"p", keep},
    {"plaintext", drop_raw},
    {"pre", keep},
    {"q", keep},
    {"rp", keep},
    {"rt", keep},
    {"ruby", keep},
    {"s", formatting},
    {"samp", keep},
    {"script", drop_raw},
    {"section", block},
    {"select", drop},
    {"small", formatting},
    {"source", keep_void},
    {"span", keep},
    {"strong", formatting},
    {"style", drop_raw},
    {"sub", keep},
    {"summary", block},
    {"sup", keep},
    {"svg", drop},
    {"table", keep},
    {"tbody", keep},
    {"td", keep},
    {"template", drop},
    {"textarea", drop_raw},
    {"tfoot", keep},
    {"th", keep},
    {"thead", keep},
    {"title", drop_raw},
    {"tr", keep},
    {"u", formatting},
    {"ul", keep},
    {"var", keep},
    {"video", player},
    {"wbr", keep_void},
    {"xmp", drop_raw},
});
static_assert(std::ranges::is_sorted(elements));

// An empty element name stands for all.
constexpr std::array attributes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"", "dir"},      {"", "lang"},        {"", "title"},       {"a", "href"},      {"audio", "src"},
    {"embed", "src"}, {"iframe", "src"},   {"iframe", "title"}, {"img", "alt"},     {"img", "height"},
    {"img", "src"},   {"img", "width"},    {"li", "value"},     {"ol", "reversed"}, {"ol", "start"},
    {"ol", "type"},   {"source", "src"},   {"td", "align"},     {"td", "colspan"},  {"td", "rowspan"},
    {"td", "valign"}, {"th", "align"},     {"th", "colspan"},   {"th", "rowspan"},  {"th", "scope"},
    {"th", "valign"}, {"video", "poster"}, {"video", "src"},
});

// Read to find out more, and never written as they are.
constexpr std::array read_attributes = std::to_array<std::string_view>(
    {"class", "data-lazy-src", "data-lazy-srcset", "data-orig-file", "data-original", "data-src",
     "data-srcset", "hidden", "id", "poster", "srcset", "style", "type"});

}  // namespace

ElementRule rule_for(std::string_view element) {
    const auto found =
        std::ranges::lower_bound(elements, element, {}, &decltype(elements)::value_type::first);
    return found != elements.end() && found->first == element ? found->second : ElementRule::unwrap;
}

bool attribute_allowed(std::string_view element, std::string_view attribute) {
    return std::ranges::any_of(attributes, [&](const auto& allowed) {
        return allowed.second == attribute && (allowed.first.empty() || allowed.first == element);
    });
}

bool attribute_read(std::string_view element, std::string_view attribute) {
    return attribute_allowed(element, attribute) || std::ranges::binary_search(read_attributes, attribute);
}

}  // namespace paperround::email
