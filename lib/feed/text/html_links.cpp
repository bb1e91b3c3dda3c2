#include "feed/text/html_links.hpp"

#include <algorithm>
#include <array>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "feed/text/character_reference.hpp"
#include "feed/text/html_tag.hpp"

namespace paperround::feed {

namespace {

constexpr std::array<std::string_view, 6> links{"href", "src", "poster", "cite", "background", "data-src"};

bool is_link(std::string_view name) {
    return std::ranges::find(links, name) != links.end();
}

// "small.jpg 1x, large.jpg 2x"
std::string absolute_set(std::string_view value, std::string_view base) {
    std::string out;
    while (!(value = trim(value)).empty()) {
        const auto url_end = std::min(value.find_first_of(" \t\r\n"), value.size());
        std::string_view url = value.substr(0, url_end);
        const bool bare = url.ends_with(',');
        if (bare) url.remove_suffix(1);
        const auto end = bare ? url_end : std::min(value.find(',', url_end), value.size());
        const std::string_view size = trim(value.substr(url_end, end - url_end));
        if (!url.empty()) {
            out += (out.empty() ? "" : ", ") + resolve_url(base, url);
            if (!size.empty()) out += " " + std::string(size);
        }
        value.remove_prefix(std::min(value.size(), bare ? end : end + 1));
    }
    return out;
}

// Copies one tag, which begins with '<', and returns its length.
std::size_t copy_tag(std::string_view html, std::string_view base, Fragments fragments, std::string& out) {
    const HtmlTag tag = read_html_tag(html);
    std::size_t copied = 0;
    for (const HtmlAttribute& attribute : tag.attributes) {
        if (!is_link(attribute.name) && attribute.name != "srcset") continue;
        if (fragments == Fragments::kept && attribute.value.starts_with('#')) continue;
        out.append(html, copied, attribute.begin - copied);
        const std::string value = absolute_value(attribute.name, decode_references(attribute.value), base);
        out += '"' + escape_html(value) + '"';
        copied = attribute.end;
    }
    out.append(html, copied, tag.length - copied);
    return tag.length;
}

}  // namespace

std::string absolute_value(std::string_view name, std::string_view value, std::string_view base) {
    if (name == "srcset") return absolute_set(value, base);
    const auto link = trim(value);
    return is_link(name) && !link.empty() ? resolve_url(base, link) : std::string(value);
}

std::string absolute_links(std::string_view html, std::string_view base, Fragments fragments) {
    std::string out;
    out.reserve(html.size());
    while (!html.empty()) {
        const auto tag = std::min(html.find('<'), html.size());
        out.append(html.substr(0, tag));
        html.remove_prefix(tag);
        if (html.size() < 2) break;
        if (html.starts_with("<!--")) {
            const auto end = html.find("-->", 4);
            const auto length = end == std::string_view::npos ? html.size() : end + 3;
            out.append(html.substr(0, length));
            html.remove_prefix(length);
        } else if (is_ascii_alpha(html[1])) {
            html.remove_prefix(copy_tag(html, base, fragments, out));
        } else {
            out.push_back('<');
            html.remove_prefix(1);
        }
    }
    return out.append(html);
}

}  // namespace paperround::feed
