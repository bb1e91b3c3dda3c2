// RSS in all its versions, and CDF, from the tree to raw posts.
#include <fmt/format.h>

#include <algorithm>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "feed/feed_assembly.hpp"
#include "feed/feed_elements.hpp"
#include "feed/feed_recording.hpp"
#include "feed/text/feed_text.hpp"

namespace paperround::feed {

namespace {

std::vector<PictureOffer> rss_pictures(const XmlNode& item) {
    auto pictures = media_pictures(item);
    for (const XmlNode& child : item.children) {
        if (child.name == "enclosure" && is_image(child))
            pictures.push_back(offer_of(child.attribute("url")));
    }
    if (const XmlNode* image = item.child("itunes:image"))
        pictures.push_back(offer_of(image->attribute("href")));
    const XmlNode* image = item.child("image");
    if (image == nullptr) return pictures;
    if (!image->attribute("href").empty()) {
        pictures.push_back(offer_of(image->attribute("href")));
    } else {
        pictures.push_back(offer_of(has_elements(*image) ? text_of(*image, "url") : image->inner_text()));
    }
    return pictures;
}

// <author> is text in RSS; some write it as Atom does.
std::string author_of(const XmlNode& node) {
    for (const std::string_view prefix : {"", "atom:"}) {
        const std::string name(prefix);
        const XmlNode* author = node.child(name + "author");
        if (author == nullptr) continue;
        std::string text = text_of(*author, name + "name");
        if (text.empty() && has_elements(*author)) text = text_of(*author, name + "email");
        if (text.empty()) text = author->inner_text();
        if (!trim(text).empty()) return person_name(text);
    }
    return {};
}

std::string rss_author(const XmlNode& item) {
    std::string names;
    for (const XmlNode& child : item.children) {
        if (child.name != "dc:creator") continue;
        const std::string name = plain_text(person_name(child.inner_text()), 200);
        if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) return names;
    std::string author = author_of(item);
    if (author.empty()) author = person_name(first_text(item, {"itunes:author", "dc:author"}));
    return plain_text(author, 300);
}

std::string rss_link(const XmlNode& item) {
    // FeedBurner's own links lead by way of its server, which relative addresses are not to follow.
    std::string link = text_of(item, "feedburner:origlink");
    if (link.empty()) link = text_of(item, "link");
    if (link.empty()) link = alternate_link(item, "atom:link");
    if (link.empty()) link = alternate_link(item, "link");  // Atom's form without its namespace
    if (link.empty()) link = item.attribute("href");        // CDF
    const XmlNode* guid = item.child("guid");
    if (link.empty() && guid != nullptr && guid->attribute("ispermalink") != "false") {
        const std::string id(trim(guid->inner_text()));
        const auto url = parse_url(id);
        if (url && url->is_web()) link = id;
    }
    // A podcast's episode may have no page: then the recording itself.
    const XmlNode* enclosure = item.child("enclosure");
    if (link.empty() && enclosure != nullptr && !is_image(*enclosure)) link = enclosure->attribute("url");
    return link;
}

std::string rss_summary(const XmlNode& item, const Base& base) {
    for (const std::string_view name :
         {"description", "atom:summary", "itunes:summary", "googleplay:description", "dc:description",
          "dc:abstract", "abstract", "xhtml:description"}) {
        if (std::string html = html_of(item.child(name), base); !trim(html).empty()) return html;
    }
    return media_description(item);
}

// An element of Atom within RSS, whose attribute `type` says how it is written.
std::string rss_content(const XmlNode& item, const Base& base) {
    for (const std::string_view name :
         {"content:encoded", "xhtml:body", "xhtml:div", "atom:content", "body", "fullitem"}) {
        if (std::string html = html_of(item.child(name), base); !trim(html).empty()) return html;
    }
    return {};
}

RawPost rss_post(const XmlNode& item, const Base& outer) {
    const Base base = base_of(item, outer);
    RawPost raw;
    raw.base = base.url;
    raw.id = first_text(item, {"guid", "atom:id"});
    if (raw.id.empty()) raw.id = item.attribute("rdf:about");
    if (raw.id.empty()) raw.id = text_of(item, "dc:identifier");
    raw.link = rss_link(item);
    raw.title = title_of(html_of(item.child("title"), {}));
    if (raw.title.empty()) {
        raw.title = title_of(first_text(item, {"atom:title", "media:title", "dc:title", "itunes:title"}));
    }
    raw.summary = rss_summary(item, base);
    raw.subtitle = plain_text(text_of(item, "itunes:subtitle"));
    raw.html = rss_content(item, base);
    raw.author = rss_author(item);
    raw.date = first_text(item, {"pubdate", "atom:published", "dc:issued", "dc:date", "dc:created",
                                 "atom:updated", "dc:modified", "date"});
    if (raw.date.empty()) raw.date = item.attribute("lastmod");  // CDF
    raw.pictures = rss_pictures(item);
    raw.recordings = recordings_in(item);
    for (const XmlNode& child : item.children) {
        if (child.name == "category" || child.name == "dc:subject") {
            raw.tags.push_back(plain_text(child.inner_text(), 200));
        } else if (child.name == "atom:category") {
            raw.tags.emplace_back(child.attribute("term"));
        }
    }
    add_keywords(item, raw.tags);
    return raw;
}

}  // namespace

bool read_rss(XmlNode& root, std::string_view base_url, FeedAssembly& into) {
    if (root.name != "rss" && root.name != "rdf:rdf" && root.name != "rdf" && root.name != "channel")
        return false;
    XmlNode* channel = root.name == "channel" ? &root : root.child("channel");
    Base base = base_of(root, {std::string(base_url), false});
    if (channel != nullptr) {
        if (channel != &root) base = base_of(*channel, base);
        into.set_title(title_of(html_of(channel->child("title"), {})));
        std::string link = text_of(*channel, "link");
        if (link.empty()) link = alternate_link(*channel, "atom:link");
        if (link.empty()) link = channel->attribute("href");  // CDF
        into.set_link(base.url, link);
    }
    use_site_as_base(base, into);
    // RSS 1.0 has them in the channel, or by mistake beside it; some write Atom's form without its namespace.
    for (const std::string_view element : {"atom:link", "link"}) {
        if (channel != nullptr) read_hub_links(*channel, element, base, into);
        if (channel != &root) read_hub_links(root, element, base, into);
    }
    const auto read_items = [&](XmlNode& parent) {
        for (XmlNode& child : parent.children) {
            if (child.name != "item") continue;
            into.add(rss_post(child, base));
            child = {};
        }
    };
    // RSS 0.9x and 2.0 keep items in the channel, 0.90 and 1.0 beside it, 1.1 in a list of their own.
    if (channel != nullptr) {
        read_items(*channel);
        if (XmlNode* items = channel->child("items")) read_items(*items);
    }
    if (channel != &root) read_items(root);
    return true;
}

}  // namespace paperround::feed
