// An XML document as a plain tree, read so that hostile and careless feeds do no harm: no DTD is obeyed,
// entities declared in the document are expanded only where they are short plain text (entities that multiply
// are an error), nothing is fetched, depth is limited. What is not well-formed is mended
// (feed/xml_repair.hpp) and read again. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feed/feed_result.hpp"
#include "feed/xml_node.hpp"

namespace paperround::feed {

struct XmlDocument {
    std::optional<XmlNode> root;
    std::vector<FeedIssue> issues;  // at most 20
    bool complete = true;           // false where the document ended before its root did
};

// `utf8` is valid UTF-8. No root where nothing could be made of it: then `issues` says why.
[[nodiscard]] XmlDocument read_xml(std::string utf8);

}  // namespace paperround::feed
