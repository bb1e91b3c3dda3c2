// RSS in all its versions, and Atom, from the tree to raw posts.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/url.hpp"
#include "post/feed_assembly.hpp"
#include "post/feed_text.hpp"

namespace paperround::post {

namespace {

std::string text_of(const XmlNode& node, std::string_view name) {
    const XmlNode* child = node.child(name);
    return child == nullptr ? std::string{} : std::string(trim(child->inner_text()));
}

// The first of several names that has any text.
std::string first_text(const XmlNode& node, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (std::string text = text_of(node, name); !text.empty()) return text;
    }
    return {};
}

bool has_elements(const XmlNode& node) {
    return std::ranges::any_of(node.children, [](const XmlNode& child) { return !child.name.empty(); });
}

// xml:base of RFC 4287 §2, relative to the one around it.
std::string base_of(const XmlNode& node, const std::string& outer) {
    const auto base = trim(node.attribute("xml:base"));
    return base.empty() ? outer : resolve_url(outer, base);
}

// HTML in an element: escaped, as the formats want it, or as careless markup.
std::string html_of(const XmlNode* node, std::string_view base) {
    if (node == nullptr) return {};
    return has_elements(*node) ? inner_html(*node, base) : node->inner_text();
}

bool is_image(const XmlNode& node) {
    return ascii_istarts_with(node.attribute("type"), "image/") || node.attribute("medium") == "image";
}

// Media RSS, in the item itself or in its groups.
std::string media_image(const XmlNode& node) {
    for (const XmlNode& child : node.children) {
        if (child.name == "media:content" && is_image(child)) return std::string(child.attribute("url"));
    }
    for (const XmlNode& child : node.children) {
        if (child.name == "media:thumbnail") return std::string(child.attribute("url"));
        if (child.name != "media:group" && child.name != "media:content") continue;
        if (std::string found = media_image(child); !found.empty()) return found;
    }
    return {};
}

// ---- RSS ----

std::string rss_image(const XmlNode& item) {
    if (std::string media = media_image(item); !media.empty()) return media;
    for (const XmlNode& child : item.children) {
        if (child.name == "enclosure" && is_image(child)) return std::string(child.attribute("url"));
    }
    if (const XmlNode* image = item.child("itunes:image")) return std::string(image->attribute("href"));
    const XmlNode* image = item.child("image");
    return image == nullptr ? std::string{} : text_of(*image, "url");
}

// "editor@example.org (Ann Lee)" -> "Ann Lee".
std::string rss_person(const std::string& text) {
    const auto open = text.find('(');
    const auto close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) return text;
    if (text.substr(0, open).find('@') == std::string::npos) return text;
    const auto name = trim(std::string_view(text).substr(open + 1, close - open - 1));
    return name.empty() ? text : std::string(name);
}

std::string rss_author(const XmlNode& item) {
    std::string names;
    for (const XmlNode& child : item.children) {
        if (child.name != "dc:creator") continue;
        const std::string name = plain_text(child.inner_text(), 200);
        if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) return names;
    std::string author = rss_person(first_text(item, {"author", "itunes:author"}));
    if (author.empty() && item.child("atom:author") != nullptr)
        author = text_of(*item.child("atom:author"), "atom:name");
    return plain_text(author, 300);
}

std::string alternate_link(const XmlNode& node, std::string_view element) {
    const XmlNode* found = nullptr;
    for (const XmlNode& child : node.children) {
        if (child.name != element || child.attribute("href").empty()) continue;
        const auto relation = child.attribute("rel");
        if (!relation.empty() && relation != "alternate") continue;
        // Several alternates may be offered (text, PDF): the web page is the one to read.
        if (found == nullptr ||
            (child.attribute("type") == "text/html" && found->attribute("type") != "text/html")) {
            found = &child;
        }
    }
    return found == nullptr ? std::string{} : std::string(found->attribute("href"));
}

std::string rss_link(const XmlNode& item) {
    std::string link = text_of(item, "link");
    if (link.empty()) link = alternate_link(item, "atom:link");
    if (link.empty()) link = alternate_link(item, "link");  // Atom's form without its namespace
    const XmlNode* guid = item.child("guid");
    if (link.empty() && guid != nullptr && guid->attribute("isPermaLink") != "false") {
        const std::string id(trim(guid->inner_text()));
        const auto url = parse_url(id);
        if (url && url->is_web()) link = id;
    }
    return link;
}

RawPost rss_post(const XmlNode& item, const std::string& outer_base) {
    RawPost raw;
    raw.base = base_of(item, outer_base);
    raw.id = first_text(item, {"guid", "atom:id"});
    if (raw.id.empty()) raw.id = item.attribute("rdf:about");
    raw.link = rss_link(item);
    raw.title = plain_text(html_of(item.child("title"), {}));
    if (raw.title.empty())
        raw.title = plain_text(first_text(item, {"media:title", "dc:title", "itunes:title"}));
    raw.summary = html_of(item.child("description"), {});
    if (trim(raw.summary).empty()) raw.summary = html_of(item.child("atom:summary"), {});
    raw.subtitle = plain_text(text_of(item, "itunes:subtitle"));
    raw.html = html_of(item.child("content:encoded"), {});
    if (trim(raw.html).empty()) raw.html = html_of(item.child("xhtml:body"), raw.base);
    if (trim(raw.html).empty()) raw.html = html_of(item.child("atom:content"), raw.base);
    raw.author = rss_author(item);
    raw.date =
        first_text(item, {"pubDate", "dc:date", "atom:published", "dc:created", "atom:updated", "pubdate"});
    raw.image = rss_image(item);
    for (const XmlNode& child : item.children) {
        if (child.name == "category" || child.name == "dc:subject")
            raw.tags.push_back(plain_text(child.inner_text(), 200));
    }
    return raw;
}

// ---- Atom ----

// A text construct (RFC 4287 §3.1) as HTML.
std::string atom_html(const XmlNode* node, const std::string& outer_base) {
    if (node == nullptr || !node->attribute("src").empty()) return {};
    const std::string type = ascii_lower(node->attribute("type"));
    const std::string base = base_of(*node, outer_base);
    if (type == "xhtml" || type == "application/xhtml+xml") {
        const XmlNode* div = node->child("xhtml:div");
        return inner_html(div == nullptr ? *node : *div, base);
    }
    // Markup in what was said to be text or escaped HTML: somebody forgot to escape it.
    if (has_elements(*node)) return inner_html(*node, base);
    if (type == "html" || type == "text/html") return node->inner_text();
    if (type.empty() || type == "text" || type == "text/plain") return text_to_html(node->inner_text());
    // Atom 0.3 marked HTML with mode="escaped" alone. Other media types (images in base64) are no body.
    return node->attribute("mode") == "escaped" ? node->inner_text() : std::string{};
}

std::string atom_plain(const XmlNode* node) {
    if (node == nullptr) return {};
    const auto type = node->attribute("type");
    if (type.empty() || type == "text" || type == "text/plain") {
        return has_elements(*node) ? plain_text(inner_html(*node, {})) : one_line(node->inner_text());
    }
    return plain_text(atom_html(node, {}));
}

std::string atom_authors(const XmlNode& node, const std::string& prefix) {
    std::string names;
    for (const XmlNode& child : node.children) {
        if (child.name != prefix + "author") continue;
        const std::string name = one_line(first_text(child, {prefix + "name", prefix + "email"}), 200);
        if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

std::string atom_image(const XmlNode& entry, const std::string& prefix) {
    if (std::string media = media_image(entry); !media.empty()) return media;
    for (const XmlNode& child : entry.children) {
        if (child.name == prefix + "link" && child.attribute("rel") == "enclosure" && is_image(child)) {
            return std::string(child.attribute("href"));
        }
    }
    return {};
}

RawPost atom_post(const XmlNode& entry, const std::string& outer_base, const std::string& prefix) {
    const auto child = [&](std::string_view name) { return entry.child(prefix + std::string(name)); };
    RawPost raw;
    raw.base = base_of(entry, outer_base);
    raw.id = text_of(entry, prefix + "id");
    raw.link = alternate_link(entry, prefix + "link");
    raw.title = atom_plain(child("title"));
    raw.summary = atom_html(child("summary"), raw.base);
    raw.html = atom_html(child("content"), raw.base);
    raw.author = atom_authors(entry, prefix);
    if (const XmlNode* source = child("source"); raw.author.empty() && source != nullptr) {
        raw.author = atom_authors(*source, prefix);
    }
    raw.date =
        first_text(entry, {prefix + "published", prefix + "issued", prefix + "updated", prefix + "modified"});
    raw.image = atom_image(entry, prefix);
    for (const XmlNode& category : entry.children) {
        if (category.name != prefix + "category") continue;
        const auto label = category.attribute("label");
        raw.tags.emplace_back(label.empty() ? category.attribute("term") : label);
    }
    return raw;
}

}  // namespace

bool read_rss(const XmlNode& root, std::string_view base_url, FeedAssembly& into) {
    if (root.name != "rss" && root.name != "rdf:RDF" && root.name != "RDF" && root.name != "channel")
        return false;
    const XmlNode* channel = root.name == "channel" ? &root : root.child("channel");
    std::string base = base_of(root, std::string(base_url));
    if (channel != nullptr) {
        base = base_of(*channel, base);
        into.set_title(plain_text(html_of(channel->child("title"), {})));
        std::string link = text_of(*channel, "link");
        if (link.empty()) link = alternate_link(*channel, "atom:link");
        into.set_link(base, link);
    }
    // A feed read from a file has no address of its own to resolve links against.
    const auto from = parse_url(base);
    if ((!from || !from->is_web()) && !into.link().empty()) base = into.link();
    const auto read_items = [&](const XmlNode& parent) {
        for (const XmlNode& child : parent.children) {
            if (child.name == "item") into.add(rss_post(child, base));
        }
    };
    // RSS 0.9x and 2.0 keep items in the channel, 0.90 and 1.0 beside it.
    if (channel != nullptr) read_items(*channel);
    if (channel != &root) read_items(root);
    return true;
}

bool read_atom(const XmlNode& root, std::string_view base_url, FeedAssembly& into) {
    if (root.name != "atom:feed" && root.name != "feed") return false;
    const std::string prefix = root.name == "feed" ? "" : "atom:";
    std::string base = base_of(root, std::string(base_url));
    into.set_title(atom_plain(root.child(prefix + "title")));
    into.set_link(base, alternate_link(root, prefix + "link"));
    const auto from = parse_url(base);
    if ((!from || !from->is_web()) && !into.link().empty()) base = into.link();
    const std::string authors = atom_authors(root, prefix);
    for (const XmlNode& child : root.children) {
        if (child.name != prefix + "entry") continue;
        RawPost raw = atom_post(child, base, prefix);
        if (raw.author.empty()) raw.author = authors;
        into.add(std::move(raw));
    }
    return true;
}

}  // namespace paperround::post
