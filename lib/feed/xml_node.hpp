// A node of an XML document, in a plain tree. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paperround::feed {

struct XmlNode {
    // Empty for text. Names of known vocabularies carry a fixed prefix whatever the document chose
    // ("atom:entry", "content:encoded", "dc:date", "media:content", "itunes:image", "xhtml:div", "rdf:rdf");
    // RSS has none. All in small letters, names of attributes too.
    std::string name;
    std::string text;  // a text's own; or an element's that holds nothing else, and then it has no children
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<XmlNode> children;

    [[nodiscard]] std::string_view attribute(std::string_view key) const;  // empty where there is none
    [[nodiscard]] const XmlNode* child(std::string_view key) const;        // the first such element
    [[nodiscard]] XmlNode* child(std::string_view key);
    // The text of this node and of all below it.
    [[nodiscard]] std::string inner_text() const;
};

// The children of a node as HTML; relative URLs in href and src become absolute where `base` is not empty.
[[nodiscard]] std::string inner_html(const XmlNode& node, std::string_view base);

}  // namespace paperround::feed
