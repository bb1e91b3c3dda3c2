#include "feed/text/html_tag.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "feed/text/character_reference.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t longest_tag = 64U << 10U;

std::size_t skip_html_spaces(std::string_view html, std::size_t at) {
    while (at < html.size() && is_ascii_space(html[at])) ++at;
    return at;
}

// Moves `at` behind one attribute; nothing where that has no value.
std::optional<HtmlAttribute> read_attribute(std::string_view html, std::size_t& at) {
    const std::size_t start = at;
    at = std::min(html.find_first_of("=>/ \t\r\n\f", at), html.size());
    HtmlAttribute attribute{ascii_lower(html.substr(start, at - start)), {}, 0, 0};
    const std::size_t sign = skip_html_spaces(html, at);
    if (attribute.name.empty() || sign >= html.size() || html[sign] != '=') {
        at = std::max(at, start + 1);
        return std::nullopt;
    }
    attribute.begin = skip_html_spaces(html, sign + 1);
    const bool quoted =
        attribute.begin < html.size() && (html[attribute.begin] == '"' || html[attribute.begin] == '\'');
    const auto end = quoted ? html.find(html[attribute.begin], attribute.begin + 1)
                            : html.find_first_of("> \t\r\n\f", attribute.begin);
    if (end == std::string_view::npos) {
        at = html.size();
        return std::nullopt;
    }
    attribute.end = quoted ? end + 1 : end;
    attribute.value = html.substr(attribute.begin, attribute.end - attribute.begin);
    if (quoted) attribute.value = attribute.value.substr(1, attribute.value.size() - 2);
    at = attribute.end;
    return attribute;
}

}  // namespace

std::string HtmlTag::value_of(std::string_view attribute) const {
    const auto found = std::ranges::find(attributes, attribute, &HtmlAttribute::name);
    return found == attributes.end() ? std::string{} : std::string(trim(decode_references(found->value)));
}

HtmlTag read_html_tag(std::string_view html) {
    html = html.substr(0, longest_tag);
    std::size_t at = std::min(html.find_first_of("/> \t\r\n\f", 1), html.size());
    HtmlTag tag;
    tag.name = ascii_lower(html.substr(1, at - 1));
    while (at < html.size() && html[at] != '>') {
        if (auto attribute = read_attribute(html, at)) tag.attributes.push_back(std::move(*attribute));
    }
    tag.length = std::min(at + 1, html.size());
    return tag;
}

}  // namespace paperround::feed
