// Names of elements and attributes whatever a feed calls their vocabularies. Used inside feed only. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::feed {

// As XmlNode::name has it. `uri`: of the namespace that `prefix` stands for; empty where there is none.
// In small letters: RSS is written in any case (<pubdate>, <GUID>, <Channel>), and HTML does not mind.
[[nodiscard]] std::string canonical_name(std::string_view local, std::string_view prefix,
                                         std::string_view uri);

}  // namespace paperround::feed
