#include "email/html/html_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace paperround::email {

namespace {

using enum ElementRule;

constexpr std::array known_elements = std::to_array<std::pair<std::string_view, ElementRule>>({
    {"a", formatting},
    {"abbr", keep},
    {"address", block},
    {"amp-audio", player},
    {"amp-iframe", player},
    {"amp-img", keep_void},
    {"amp-instagram", player},
    {"amp-twitter", player},
    {"amp-video", player},
    {"amp-vimeo", player},
    {"amp-youtube", player},
    {"area", control},
    {"article", block},
    {"aside", block},
    {"audio", player},
    {"b", formatting},
    {"bdi", keep},
    {"bdo", keep},
    {"blockquote", keep},
    {"br", keep_void},
    {"button", control},
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
    {"dir", list},
    {"div", keep},
    {"dl", keep},
    {"dt", keep},
    {"em", formatting},
    {"embed", player},
    {"en-todo", control},
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
    {"input", control},
    {"ins", keep},
    {"kbd", keep},
    {"legend", block},
    {"li", keep},
    {"lite-vimeo", player},
    {"lite-youtube", player},
    {"main", block},
    {"mark", keep},
    {"math", formula},
    {"math-renderer", formula},
    {"menu", list},
    {"mjx-container", formula},
    {"nav", block},
    {"noembed", drop_raw},
    {"noframes", drop_raw},
    {"noscript", keep},
    {"object", player},
    {"ol", keep},
    {"p", keep},
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
    {"strike", formatting},
    {"strong", formatting},
    {"style", drop_raw},
    {"sub", keep},
    {"summary", block},
    {"sup", keep},
    {"svg", drawing},
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
    {"vimeo-video", player},
    {"wbr", keep_void},
    {"xmp", code},
    {"youtube-video", player},
});
static_assert(std::ranges::is_sorted(known_elements));

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
constexpr std::array read_attributes = std::to_array<std::string_view>({"aria-checked",
                                                                        "aria-hidden",
                                                                        "aria-label",
                                                                        "bgcolor",
                                                                        "cite",
                                                                        "class",
                                                                        "data-attrs",
                                                                        "data-cfemail",
                                                                        "data-checked",
                                                                        "data-cookieblock-src",
                                                                        "data-formula",
                                                                        "data-href",
                                                                        "data-html",
                                                                        "data-id",
                                                                        "data-instgrm-permalink",
                                                                        "data-large-file",
                                                                        "data-latex",
                                                                        "data-lazy-src",
                                                                        "data-lazy-srcset",
                                                                        "data-lazyload",
                                                                        "data-line-number",
                                                                        "data-list",
                                                                        "data-litespeed-src",
                                                                        "data-mathml",
                                                                        "data-medium-file",
                                                                        "data-orig-file",
                                                                        "data-original",
                                                                        "data-page",
                                                                        "data-pin-do",
                                                                        "data-src",
                                                                        "data-src-cmplz",
                                                                        "data-srcset",
                                                                        "data-tex",
                                                                        "data-title",
                                                                        "data-url",
                                                                        "data-video-id",
                                                                        "data-video_id",
                                                                        "data-youtube-id",
                                                                        "height",
                                                                        "hidden",
                                                                        "id",
                                                                        "media",
                                                                        "poster",
                                                                        "role",
                                                                        "srcset",
                                                                        "style",
                                                                        "type",
                                                                        "width"});
static_assert(std::ranges::is_sorted(read_attributes));

}  // namespace

ElementRule rule_for(std::string_view element) {
    const auto found =
        std::ranges::lower_bound(known_elements, element, {}, &decltype(known_elements)::value_type::first);
    return found != known_elements.end() && found->first == element ? found->second : ElementRule::unwrap;
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
