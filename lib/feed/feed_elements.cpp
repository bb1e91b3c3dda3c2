#include "feed/feed_elements.hpp"

#include <algorithm>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "feed/feed_picture.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/text/html_links.hpp"
#include "feed/text/text_to_html.hpp"

namespace paperround::feed {

std::string text_of(const XmlNode& node, std::string_view name) {
    const XmlNode* child = node.child(name);
    return child == nullptr ? std::string{} : std::string(trim(child->inner_text()));
}

std::string first_text(const XmlNode& node, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (std::string text = text_of(node, name); !text.empty()) return text;
    }
    return {};
}

bool has_elements(const XmlNode& node) {
    return std::ranges::any_of(node.children, [](const XmlNode& child) { return !child.name.empty(); });
}

Base base_of(const XmlNode& node, const Base& outer) {
    const auto base = trim(node.attribute("xml:base"));
    return base.empty() ? outer : Base{resolve_url(outer.url, base), true};
}

void use_site_as_base(Base& base, const FeedAssembly& into) {
    const auto from = parse_url(base.url);
    if ((!from || !from->is_web()) && !into.link().empty()) base.url = into.link();
}

std::string html_of(const XmlNode* node, const Base& outer) {
    if (node == nullptr) return {};
    const Base base = base_of(*node, outer);
    const bool resolves = base.said || node->name.starts_with("xhtml:");
    if (has_elements(*node))
        return inner_html(*node, resolves ? std::string_view(base.url) : std::string_view{});
    return base.said ? absolute_links(node->inner_text(), base.url) : node->inner_text();
}

std::string title_of(std::string_view html) {
    return title_text(without_cdata_marks(html));
}

std::string person_name(std::string_view text) {
    text = trim(text);
    const auto at = text.find('@');
    if (at == std::string_view::npos) return std::string(text);
    constexpr std::string_view around = " \t\r\n()<>[]\",;";
    const auto before = text.find_last_of(around, at);
    const auto start = before == std::string_view::npos ? 0 : before + 1;
    const auto end = std::min(text.find_first_of(around, at), text.size());
    std::string name(text.substr(0, start));
    name += text.substr(end);
    const auto first = name.find_first_not_of(around);
    if (first == std::string::npos) return std::string(text);
    const auto last = name.find_last_not_of(around);
    return name.substr(first, last - first + 1);
}

std::string media_description(const XmlNode& node) {
    // What stands at one of several pictures describes that one.
    const auto pictures = std::ranges::count_if(
        node.children, [](const XmlNode& child) { return child.name == "media:content" && is_image(child); });
    for (const XmlNode& child : node.children) {
        if (pictures > 1 && child.name == "media:content" && is_image(child)) continue;
        if (child.name == "media:description") {
            const std::string text = child.inner_text();
            return child.attribute("type") == "html" ? text : text_to_html(text);
        }
        if (child.name != "media:group" && child.name != "media:content") continue;
        if (std::string found = media_description(child); !found.empty()) return found;
    }
    return {};
}

std::string alternate_link(const XmlNode& node, std::string_view element) {
    constexpr std::string_view registry = "http://www.iana.org/assignments/relation/";
    const XmlNode* found = nullptr;
    for (const XmlNode& child : node.children) {
        if (child.name != element || child.attribute("href").empty()) continue;
        auto relation = child.attribute("rel");
        if (relation.starts_with(registry)) relation.remove_prefix(registry.size());
        if (!relation.empty() && relation != "alternate") continue;
        // Several alternates may be offered (text, PDF): the web page is the one to read.
        if (found == nullptr ||
            (child.attribute("type") == "text/html" && found->attribute("type") != "text/html")) {
            found = &child;
        }
    }
    return found == nullptr ? std::string{} : std::string(found->attribute("href"));
}

void read_hub_links(const XmlNode& feed, std::string_view element, const Base& base, FeedAssembly& into) {
    for (const XmlNode& child : feed.children) {
        if (child.name != element) continue;
        const std::string relation = ascii_lower(trim(child.attribute("rel")));
        if (relation == "hub") into.add_hub(base.url, child.attribute("href"));
        if (relation == "self") into.set_self(base.url, child.attribute("href"));
    }
}

void add_keywords(const XmlNode& node, std::vector<std::string>& tags) {
    for (const std::string_view name : {"itunes:keywords", "media:keywords"}) {
        const std::string words = text_of(node, name);
        for (const std::string_view word : split(words, ',')) tags.push_back(plain_text(word, 200));
    }
}

}  // namespace paperround::feed
