// What RSS and Atom share in reading elements: text, bases, people. Used inside this library. Names
// of elements and attributes are those of XmlNode: small letters, prefixes of known vocabularies.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "feed/feed_assembly.hpp"
#include "feed/xml_document.hpp"

namespace paperround::feed {

[[nodiscard]] std::string text_of(const XmlNode& node, std::string_view name);
// The first of several names that has any text.
[[nodiscard]] std::string first_text(const XmlNode& node, std::initializer_list<std::string_view> names);
[[nodiscard]] bool has_elements(const XmlNode& node);

// The address that relative references are resolved against.
struct Base {
    std::string url;
    bool said = false;  // by xml:base; else it is only where the feed came from
};
// xml:base of RFC 4287 §2, relative to the one around it.
[[nodiscard]] Base base_of(const XmlNode& node, const Base& outer);
// A feed read from a file has no address of its own: then the site's.
void use_site_as_base(Base& base, const FeedAssembly& into);

// HTML in an element: escaped, as the formats want it, or as careless markup. Links in it become absolute
// where xml:base says how.
[[nodiscard]] std::string html_of(const XmlNode* node, const Base& outer);

// A title that is HTML, as one line of plain text.
[[nodiscard]] std::string title_of(std::string_view html);

// "editor@example.org (Ann Lee)", "Ann Lee <ann@example.org>" -> "Ann Lee"; an address alone stays.
[[nodiscard]] std::string person_name(std::string_view text);

// The text that Media RSS has for an item: the only one in the feeds of video sites. As HTML.
[[nodiscard]] std::string media_description(const XmlNode& node);

// The href of the first link with relation `alternate`, a web page before others.
[[nodiscard]] std::string alternate_link(const XmlNode& node, std::string_view element);
// The links of a feed (not of an item) that WebSub goes by: relations `hub` and `self`.
void read_hub_links(const XmlNode& feed, std::string_view element, const Base& base, FeedAssembly& into);
// media:keywords and itunes:keywords, parted by commas.
void add_keywords(const XmlNode& node, std::vector<std::string>& tags);

}  // namespace paperround::feed
