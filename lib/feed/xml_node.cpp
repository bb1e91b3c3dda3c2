#include "feed/xml_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "feed/text/html_links.hpp"

namespace paperround::feed {

namespace {

bool is_void_element(std::string_view name) {
    constexpr std::array<std::string_view, 13> names{"area",  "base", "br",   "col",    "embed", "hr", "img",
                                                     "input", "link", "meta", "source", "track", "wbr"};
    return std::ranges::find(names, name) != names.end();
}

void append_html(const XmlNode& node, std::string_view base, std::string& out) {
    if (node.name.empty()) {
        out += escape_html(node.text);
        return;
    }
    const std::string_view name = std::string_view(node.name).substr(node.name.find(':') + 1);
    out += fmt::format("<{}", name);
    for (const auto& [key, value] : node.attributes) {
        if (key.find(':') != std::string::npos) continue;
        out += fmt::format(" {}=\"{}\"", key,
                           escape_html(base.empty() ? value : absolute_value(key, value, base)));
    }
    out += ">";
    if (is_void_element(name)) return;
    out += escape_html(node.text);
    for (const XmlNode& child : node.children) append_html(child, base, out);
    out += fmt::format("</{}>", name);
}

}  // namespace

std::string_view XmlNode::attribute(std::string_view key) const {
    const auto found =
        std::ranges::find(attributes, key, [](const auto& pair) -> const std::string& { return pair.first; });
    return found == attributes.end() ? std::string_view{} : std::string_view(found->second);
}

const XmlNode* XmlNode::child(std::string_view key) const {
    const auto found = std::ranges::find(children, key, &XmlNode::name);
    return found == children.end() ? nullptr : &*found;
}

XmlNode* XmlNode::child(std::string_view key) {
    const auto found = std::ranges::find(children, key, &XmlNode::name);
    return found == children.end() ? nullptr : &*found;
}

std::string XmlNode::inner_text() const {
    std::string out = text;
    for (const XmlNode& node : children) out += node.inner_text();
    return out;
}

std::string inner_html(const XmlNode& node, std::string_view base) {
    std::string out = escape_html(node.text);
    for (const XmlNode& child : node.children) append_html(child, base, out);
    return out;
}

}  // namespace paperround::feed
