// Any octets as a feed, and as a page that may announce one: no crash, no sanitizer report, and the
// properties on which later stages rely.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/feed_discovery.hpp"
#include "feed/feed_parser.hpp"
#include "feed/text/html_links.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto result = paperround::feed::parse_feed(body, "https://example.org/feed", "");
    for (const auto& post : result.posts) {
        const bool sound = !post.id.empty() && paperround::is_utf8(post.html) &&
                           paperround::is_utf8(post.title) &&
                           !paperround::has_control_characters(post.id + post.link + post.title +
                                                               post.subtitle + post.author + post.image);
        if (!sound) std::abort();
    }
    if (result.error && (result.complete || !result.posts.empty())) std::abort();
    const std::string text = paperround::to_valid_utf8(body);
    const std::string feed = paperround::feed::announced_feed(text, "https://example.org/");
    if (!feed.empty() && (!feed.starts_with("http") || paperround::has_control_characters(feed)))
        std::abort();
    static_cast<void>(paperround::feed::absolute_links(text, "https://example.org/"));
    return 0;
}
