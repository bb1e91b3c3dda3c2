#include "email/page/embedded_data.hpp"

#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tokenizer.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"
#include "email/page/json_text.hpp"
#include "email/page/shortcodes.hpp"
#include "email/picture/html_image.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_caption = 500;
constexpr std::size_t most_gallery_pictures = 20;

std::string words_in_json(std::string_view attrs, std::string_view name) {
    return std::string(utf8_prefix(collapse_spaces(json_text(attrs, name)), longest_caption));
}

EmbeddedCard card_of_post(std::string_view attrs) {
    std::string label = words_in_json(attrs, "title");
    const std::string caption = words_in_json(attrs, "caption");
    if (!label.empty() && !caption.empty()) label += " \u2013 " + caption;
    return {json_text(attrs, "canonical_url"), label.empty() ? caption : label};
}

EmbeddedCard note_of_bluesky(std::string_view attrs) {
    const std::string handle = json_text(attrs, "authorHandle");
    const std::string note = json_text(attrs, "postId");
    if (handle.empty() || note.empty()) return {};
    std::string label = words_in_json(attrs, "text");
    const std::string author = words_in_json(attrs, "authorName");
    if (!label.empty() && !author.empty()) label += " (" + author + ")";
    return {"https://bsky.app/profile/" + handle + "/post/" + note, label};
}

// A shortcode that only the page replaces. Substack: a poll, or a recording that says neither its name nor its address.
bool is_for_page_alone(const GumboNode& node, std::string_view attrs) {
    if (has_class(node, "poll-embed") || has_class(node, "native-video-embed")) return true;
    if (has_class(node, page_alone_class)) return true;
    return has_class(node, "native-audio-embed") && words_in_json(attrs, "label").empty();
}

// The address of the player in a piece of HTML.
std::string player_in(std::string_view html) {
    HtmlTokenizer tokenizer(html);
    HtmlToken token;
    while (tokenizer.next(token)) {
        if (token.name != "iframe" && token.name != "video") continue;
        std::string url = replace_all(token.value_of("src"), "&amp;", "&");
        return url.starts_with("//") ? "https:" + url : url;
    }
    return {};
}

}  // namespace

EmbeddedCard card_of(const GumboNode& node, std::string_view base) {
    const std::string_view attrs = attribute_of(node, "data-attrs").value_or("");
    if (has_class(node, "bluesky-wrap")) return note_of_bluesky(attrs);
    if (is_for_page_alone(node, attrs)) return {std::string(base), {}};
    if (has_class(node, "digest-post-embed")) return card_of_post(attrs);
    if (has_class(node, "native-audio-embed")) return {{}, words_in_json(attrs, "label")};
    if (has_class(node, "sqs-audio-embed")) {
        const std::string title = collapse_spaces(attribute_of(node, "data-title").value_or(""));
        return {std::string(attribute_of(node, "data-url").value_or("")), title};
    }
    if (has_class(node, "sqs-video-wrapper"))
        return {player_in(attribute_of(node, "data-html").value_or("")), {}};
    return {};
}

EmbeddedGallery gallery_of(const GumboNode& node) {
    EmbeddedGallery gallery;
    if (!has_class(node, "image-gallery-embed") || node.v.element.children.length > 0) return gallery;
    const std::string_view attrs = attribute_of(node, "data-attrs").value_or("");
    // Behind the pictures stands one of all of them, as mail programs of old would want it.
    std::string_view rest = attrs.substr(0, attrs.find("\"staticGalleryImage\""));
    constexpr std::string_view key = "\"src\":\"";
    std::string_view behind;  // the list of pictures, which may have words of their own
    for (std::size_t looks = 0; looks < most_gallery_pictures; ++looks) {
        rest.remove_prefix(std::min(rest.find(key), rest.size()));
        if (rest.empty()) break;
        if (auto url = web_url(json_text(rest.substr(0, rest.find('}')), "src"), BaseUrl()))
            gallery.pictures.push_back(std::move(*url));
        rest.remove_prefix(key.size());
        behind = rest.substr(std::min(rest.find('}'), rest.size()));
    }
    gallery.caption = words_in_json(behind, "caption");
    gallery.words = words_in_json(behind, "alt");
    return gallery;
}

}  // namespace paperround::email
