// From the octets of a feed to its posts: RSS 0.9x, 1.0 (RDF), 1.1 and 2.0, CDF, Atom 1.0 and 0.3, JSON
// Feed 1.1, with what they hold of Dublin Core, iTunes and Media RSS. Pure: no I/O, no clock; thread-safe;
// throws nothing, whatever the input.
//
// Limits: 10 MiB of body, 20 000 posts, depth 128 (XML) and 64 (JSON), one-line fields 2 000 octets, 50 tags.
// Titles, subtitles and authors come out as one line of plain text; bodies as HTML with LF line ends, not yet
// cleaned, relative links in them resolved where xml:base says how, and in XHTML; else left as they are, to
// be resolved against the post's link.
#pragma once

#include <string_view>

#include "feed/feed_result.hpp"

namespace paperround::feed {

// `base_url` is where the feed came from: relative links are resolved against xml:base and it. `content_type`
// is the HTTP field with its charset, or empty.
[[nodiscard]] FeedResult parse_feed(std::string_view body, std::string_view base_url,
                                    std::string_view content_type);

}  // namespace paperround::feed
