// Atom 1.0, and 0.3, from the tree to raw posts.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/address/url.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/feed_assembly.hpp"
#include "feed/feed_elements.hpp"
#include "feed/feed_recording.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/text/text_to_html.hpp"

namespace paperround::feed {

namespace {

// Atom 0.3's mode="base64"; others write it as the type's parameter.
std::optional<std::string> decoded_base64(const XmlNode& node) {
    const bool said = ascii_iequals(trim(node.attribute("mode")), "base64") ||
                      ascii_lower(node.attribute("type")).find("base64") != std::string::npos;
    if (!said) return std::nullopt;
    std::string text = node.inner_text();
    std::erase_if(text, is_ascii_space);
    auto octets = decode_base64(text);
    return octets ? std::optional(to_valid_utf8(*octets)) : std::nullopt;
}

// Text without a type that would be plain by the letter, and is HTML by its end tags: somebody forgot to say.
bool is_unsaid_markup(const std::string& text) {
    const auto at = text.find("</");
    return at != std::string::npos && has_tags(std::string_view(text).substr(at));
}

// Markup without any end tag: lines that <br> parts, and pictures.
bool breaks_lines(const std::string& text) {
    const std::string lower = ascii_lower(text);
    return lower.find("<br>") != std::string::npos || lower.find("<br/>") != std::string::npos ||
           lower.find("<br />") != std::string::npos || lower.find("<img src=") != std::string::npos;
}

// A text construct (RFC 4287 §3.1) as HTML.
std::string atom_html(const XmlNode* node, const Base& outer) {
    if (node == nullptr || !node->attribute("src").empty()) return {};
    const std::string_view said = node->attribute("type");
    const std::string type = ascii_lower(trim(said.substr(0, said.find(';'))));  // "text/html; charset=utf-8"
    if (type == "xhtml" || type == "application/xhtml+xml") {
        const Base base = base_of(*node, outer);
        const XmlNode* div = node->child("xhtml:div");
        if (div == nullptr) div = node->child("div");
        return div == nullptr ? inner_html(*node, base.url) : inner_html(*div, base_of(*div, base).url);
    }
    if (const auto octets = decoded_base64(*node)) {
        const bool plain = type == "text" || type.starts_with("text/plain");
        return plain && !is_unsaid_markup(*octets) ? text_to_html(*octets) : *octets;
    }
    // Elements in what was said to be text or escaped HTML: somebody forgot to escape it.
    if (has_elements(*node) || type == "html" || type == "text/html") return html_of(node, outer);
    // Atom 0.3 marked HTML with mode="escaped" and, sometimes, a type.
    if (node->attribute("mode") == "escaped" && type != "text/plain") return html_of(node, outer);
    // Other media types (images in base64) are no body.
    if (!type.empty() && type != "text" && type != "text/plain") return {};
    const std::string text = node->inner_text();
    const bool markup = is_unsaid_markup(text) || breaks_lines(text);
    return type.empty() && markup ? html_of(node, outer) : text_to_html(text);
}

std::string atom_plain(const XmlNode* node) {
    if (node == nullptr) return {};
    const auto type = node->attribute("type");
    const bool plain = type.empty() || type == "text" || type == "text/plain";
    if (!plain || !node->attribute("mode").empty()) return title_of(atom_html(node, {}));
    if (has_elements(*node)) return title_of(inner_html(*node, {}));
    const std::string text = node->inner_text();
    const std::string_view bare = without_cdata_marks(text);
    return type.empty() && is_unsaid_markup(text) ? title_of(text) : one_line(bare);
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

std::vector<PictureOffer> atom_pictures(const XmlNode& entry, const std::string& prefix) {
    auto pictures = media_pictures(entry);
    for (const XmlNode& child : entry.children) {
        if (child.name == prefix + "link" && child.attribute("rel") == "enclosure" && is_image(child))
            pictures.push_back(offer_of(child.attribute("href")));
    }
    return pictures;
}

// The page; else what `content` points to, else what is enclosed.
std::string atom_link(const XmlNode& entry, const std::string& prefix) {
    std::string link = text_of(entry, "feedburner:origlink");
    if (link.empty()) link = alternate_link(entry, prefix + "link");
    if (!link.empty()) return link;
    if (const XmlNode* content = entry.child(prefix + "content")) link = content->attribute("src");
    for (const XmlNode& child : entry.children) {
        if (!link.empty()) break;
        if (child.name == prefix + "link" && child.attribute("rel") == "enclosure" && !is_image(child)) {
            link = child.attribute("href");
        }
    }
    return link;
}

RawPost atom_post(const XmlNode& entry, const Base& outer, const std::string& prefix) {
    const auto child = [&](std::string_view name) { return entry.child(prefix + std::string(name)); };
    const Base base = base_of(entry, outer);
    RawPost raw;
    raw.base = base.url;
    raw.id = text_of(entry, prefix + "id");
    raw.link = atom_link(entry, prefix);
    raw.title = atom_plain(child("title"));
    if (raw.title.empty()) raw.title = title_of(first_text(entry, {"media:title", "dc:title"}));
    raw.summary = atom_html(child("summary"), base);
    if (trim(raw.summary).empty()) raw.summary = media_description(entry);
    raw.html = atom_html(child("content"), base);
    raw.author = atom_authors(entry, prefix);
    if (const XmlNode* source = child("source"); raw.author.empty() && source != nullptr) {
        raw.author = atom_authors(*source, prefix);
    }
    if (raw.author.empty()) raw.author = plain_text(text_of(entry, "dc:creator"), 200);
    raw.date = first_text(entry, {prefix + "published", prefix + "issued", prefix + "created",
                                  prefix + "updated", prefix + "modified", "dc:date"});
    raw.pictures = atom_pictures(entry, prefix);
    raw.recordings = recordings_in(entry);
    for (const XmlNode& category : entry.children) {
        if (category.name == "dc:subject") raw.tags.push_back(plain_text(category.inner_text(), 200));
        if (category.name != prefix + "category") continue;
        const auto label = category.attribute("label");
        raw.tags.emplace_back(label.empty() ? category.attribute("term") : label);
    }
    add_keywords(entry, raw.tags);
    return raw;
}

}  // namespace

bool read_atom(XmlNode& root, std::string_view base_url, FeedAssembly& into) {
    const bool entry_alone = root.name == "atom:entry";  // RFC 4287 §4.1.2 allows a document of one entry
    if (root.name != "atom:feed" && root.name != "feed" && !entry_alone) return false;
    const std::string prefix = root.name == "feed" ? "" : "atom:";
    if (entry_alone) {
        into.add(atom_post(root, {std::string(base_url), false}, prefix));
        return true;
    }
    Base base = base_of(root, {std::string(base_url), false});
    into.set_title(atom_plain(root.child(prefix + "title")));
    into.set_link(base.url, alternate_link(root, prefix + "link"));
    use_site_as_base(base, into);
    read_hub_links(root, prefix + "link", base, into);
    const std::string authors = atom_authors(root, prefix);
    const std::string entry = prefix + "entry";
    for (XmlNode& child : root.children) {
        if (child.name != entry) continue;
        RawPost raw = atom_post(child, base, prefix);
        if (raw.author.empty()) raw.author = authors;
        into.add(std::move(raw));
        child = {};
    }
    return true;
}

}  // namespace paperround::feed
