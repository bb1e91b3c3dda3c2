// The Link field of HTTP (RFC 8288 §3), as far as finding a hub needs it: where a link leads and in which
// relations it stands. Pure; thread-safe; throws nothing, whatever the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paperround::net {

struct Link {
    std::string target;                  // as written: absolute, or relative to the document's address
    std::vector<std::string> relations;  // in small letters
    bool anchored = false;               // it speaks about another document than the one it came with

    [[nodiscard]] bool has_relation(std::string_view name) const;  // `name` in small letters
};

// Limits: 16 KiB of field, 64 links, 32 parameters of a link, 2 000 octets of target. What is not well-formed
// is passed over up to the next link.
[[nodiscard]] std::vector<Link> parse_link_field(std::string_view value);

}  // namespace paperround::net
