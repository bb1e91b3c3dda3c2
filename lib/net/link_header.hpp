// Parses the Link field of HTTP (RFC 8288 §3) as far as finding a hub needs it: the targets of links and
// their relations. Pure; thread-safe; throws nothing, whatever the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paperround::net {

struct Link {
    std::string target;                  // as written: absolute, or relative to the document's URL
    std::vector<std::string> relations;  // lower case
    bool anchored = false;               // its context is another document than the one that it came with

    [[nodiscard]] bool has_relation(std::string_view name) const;  // `name` in lower case
};

// Limits: 16 KiB of field, 64 links, 32 parameters per link, 2 000 octets of target. A malformed link is
// skipped.
[[nodiscard]] std::vector<Link> parse_link_field(std::string_view value);

}  // namespace paperround::net
