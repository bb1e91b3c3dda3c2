#include "email/page/html_furniture.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "email/html/html_tokenizer.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"

namespace paperround::email {

namespace {

// Classes of AddToAny, beehiiv, MediaWiki, Substack, Easy Social Share, FeedBurner, Sassy Social Share,
// WordPress.com, Ghost, Squarespace and Simple Share Buttons. Sorted.
constexpr std::array furniture = std::to_array<std::string_view>({
    "a2a_kit",
    "addtoany_share_save_container",
    "beehiiv__footer",
    "editsection",
    "embedded-post-cta",
    "essb_links",
    "feedflare",
    "header-anchor-parent",
    "heateor_sss_sharing_container",
    "image-link-expand",
    "install-substack-app-embed",
    "jetpack-likes-widget-wrapper",
    "jp-relatedposts",
    "kg-audio-hide",
    "kg-audio-player",
    "kg-file-card-icon",
    "kg-signup-card",
    "kg-toggle-card-icon",
    "kg-video-hide",
    "kg-video-overlay",
    "kg-video-player-container",
    "ltx_tag_note",
    "mw-editsection",
    "newsletter-block",
    "sharedaddy",
    "ssba",
    "subscribe-widget",
    "subscription-widget-wrap",
    "subscription-widget-wrap-editor",
});
static_assert(std::ranges::is_sorted(furniture));

constexpr std::size_t most_words_of_form = 400;  // octets

bool asks_for_something(const HtmlToken& token) {
    if (token.name != "input") return false;
    const std::string type = ascii_lower(trim(token.value_of("type")));
    return type == "email" || type == "password" || type == "search" ||
           ascii_lower(token.value_of("name")).find("email") != std::string::npos;
}

// "Please enable JavaScript to view the comments."
bool asks_for_scripts(const GumboNode& node) {
    return ascii_lower(words_in(node, most_words_of_form)).find("javascript") != std::string::npos;
}

// Ghost: the player before it is a link that has these words.
bool is_title_of_player(const GumboNode& node) {
    constexpr unsigned farthest = 4;
    const GumboVector& siblings = node.parent->v.element.children;
    for (std::size_t back = 1; back < farthest && back <= node.index_within_parent; ++back) {
        const auto* before = static_cast<const GumboNode*>(siblings.data[node.index_within_parent - back]);
        if (before->type == GUMBO_NODE_ELEMENT && before->v.element.tag == GUMBO_TAG_VIDEO) return true;
    }
    return false;
}

}  // namespace

bool is_furniture(const GumboNode& node) {
    if (node.v.element.tag == GUMBO_TAG_NOSCRIPT) return asks_for_scripts(node);
    const auto names = attribute_of(node, "class");
    if (!names) return false;
    for (const std::string_view name : split(*names, ' ')) {
        if (std::ranges::binary_search(furniture, name)) return true;
        if (name == title_of_recording && is_title_of_player(node)) return true;
        // LaTeXML: the mark once more, in front of the note.
        if (name == "ltx_note_mark" && has_class(*node.parent, "ltx_note_content")) return true;
        // Substack: a button that shares the post.
        if (name == "button-wrapper" &&
            attribute_of(node, "data-attrs").value_or("").find("action=share") != std::string_view::npos)
            return true;
    }
    return false;
}

bool is_form_of_page(std::string_view content) {
    HtmlTokenizer tokenizer(content);
    HtmlToken token;
    bool asks = false;
    std::size_t words = 0;
    while (words <= most_words_of_form && tokenizer.next(token)) {
        if (token.kind == HtmlToken::Kind::text) {
            words += trim(token.text).size();
        } else if (token.kind == HtmlToken::Kind::start_tag) {
            asks = asks || asks_for_something(token);
        }
    }
    return asks && words <= most_words_of_form;
}

}  // namespace paperround::email
