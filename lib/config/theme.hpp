// How a newsletter looks: the values that the templates' style sheets and pages take from the configuration.
// Plain values; a template need not use any of them.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace paperround::config {

struct Theme {
    std::string accent = "#9c3d1a";  // links and buttons, as #rrggbb
    std::string logo;                // absolute http(s) URL of a picture; empty: the title as text
    std::string logo_dark;           // the logo on dark ground; empty: `logo` on a light plate
    std::string font = "Georgia, 'Times New Roman', serif";  // a CSS font-family of the article
    unsigned width = 600;                                    // of the column, in CSS pixels
    bool operator==(const Theme&) const = default;
};

// A place where readers share a post. {url} and {title} in the pattern are replaced, percent-encoded.
struct ShareService {
    std::string_view name;   // as in the configuration
    std::string_view label;  // as readers know it; empty: from the templates' strings
    std::string_view pattern;
};

inline constexpr std::array<ShareService, 8> share_services{{
    {"email", "", "mailto:?subject={title}&body={url}"},
    {"bluesky", "Bluesky", "https://bsky.app/intent/compose?text={title}%20{url}"},
    {"facebook", "Facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"},
    {"linkedin", "LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url={url}"},
    {"reddit", "Reddit", "https://www.reddit.com/submit?url={url}&title={title}"},
    {"telegram", "Telegram", "https://t.me/share/url?url={url}&text={title}"},
    {"whatsapp", "WhatsApp", "https://wa.me/?text={title}%20{url}"},
    {"x", "X", "https://x.com/intent/post?url={url}&text={title}"},
}};

}  // namespace paperround::config
