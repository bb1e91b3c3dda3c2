// The octets of a feed as UTF-8. A byte order mark decides first, then the charset of Content-Type, then the
// XML declaration, else UTF-8 (RFC 7303 §3). Where the octets contradict the claim, what they are wins over
// what they say: valid UTF-8 with letters beyond ASCII is UTF-8, whatever was declared.
#pragma once

#include <string>
#include <string_view>

namespace paperround::feed {

struct DecodedFeed {
    std::string text;     // valid UTF-8 without a byte order mark
    std::string warning;  // what did not fit the claim, or empty
};

[[nodiscard]] DecodedFeed decode_feed(std::string_view body, std::string_view content_type);

}  // namespace paperround::feed
