#include "email/clean/picture_writer.hpp"

#include <algorithm>
#include <utility>

#include "base/picture/picture_address.hpp"
#include "base/text.hpp"
#include "email/clean/markup.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"
#include "email/picture/emoji_picture.hpp"
#include "email/picture/picture_role.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_srcset = 64U << 10U;
constexpr unsigned line_height = 20;  // pixels: what Outlook makes of a picture that stands for a character

std::string image_element(const GumboNode& node, const std::string& url, const ImageShape& shape,
                          std::string_view style) {
    std::string out = "<img";
    out += attribute("src", url);
    out += attribute("alt", words_of_picture(node));
    if (is_formula_picture(node)) out += attribute("class", "formula");
    if (shape.width) out += attribute("width", std::to_string(*shape.width));
    if (shape.height) out += attribute("height", std::to_string(*shape.height));
    out += attribute("style", style);
    return out + '>';
}

std::string image_in_line(const GumboNode& node, const std::string& url) {
    std::string out = image_element(node, url, {line_height, line_height, false},
                                    "width:1.2em;height:1.2em;vertical-align:-0.2em");
    if (has_class(node, "kg-bookmark-icon")) out += ' ';  // Ghost: the name stands close behind it
    return out;
}

// Its words stay; not where a <noscript> behind it has the picture itself.
WrittenPicture lost_image(const GumboNode& node) {
    if (const auto emoji = emoji_of(node, {}); emoji && !emoji->empty()) return {.words = *emoji};
    const std::string words = words_of_picture(node);
    const GumboVector& siblings = node.parent->v.element.children;
    for (std::size_t i = node.index_within_parent + 1; i < siblings.length; ++i) {
        const auto* next = static_cast<const GumboNode*>(siblings.data[i]);
        if (next->type == GUMBO_NODE_WHITESPACE) continue;
        if (next->type == GUMBO_NODE_ELEMENT && next->v.element.tag == GUMBO_TAG_NOSCRIPT) return {};
        break;
    }
    if (words.empty()) return {};
    return {.words = "[" + words + "]"};
}

bool stands_beside(const GumboNode& picture, const std::vector<CssDeclaration>& style) {
    const auto said = std::ranges::find(style, "float", &CssDeclaration::property);
    if (said != style.end()) return said->value == "left" || said->value == "right";
    return has_class(picture, "alignleft") || has_class(picture, "alignright");
}

}  // namespace

void PictureWriter::add_source(const GumboNode& source) {
    const std::string_view type = attribute_of(source, "type").value_or("");
    if (type == "image/webp" || type == "image/avif") return;
    const std::string media = ascii_lower(attribute_of(source, "media").value_or(""));
    if (media.find("dark") != std::string::npos || media.find("print") != std::string::npos) return;
    std::string& srcset = media.find("max-width") == std::string::npos ? srcset_ : narrow_srcset_;
    for (const char* name : {"srcset", "data-srcset"}) {
        const auto sizes = attribute_of(source, name);
        if (!sizes || srcset.size() > longest_srcset) continue;
        if (!srcset.empty()) srcset += ", ";
        srcset += *sizes;
        break;
    }
}

WrittenPicture PictureWriter::write(const GumboNode& image, const std::vector<CssDeclaration>& style,
                                    bool in_link) {
    auto source = inline_picture(image);
    const bool comes_along = source.has_value();
    const bool narrow_alone = srcset_.empty() && !attribute_of(image, "src");
    if (!source) source = image_source(image, base_, narrow_alone ? narrow_srcset_ : srcset_);
    srcset_.clear();
    narrow_srcset_.clear();
    if (!source) return lost_image(image);
    if (is_tracking_pixel(image, source->url, style)) return {};
    if (says_same_again(*source)) return {.counts = true};
    if (auto emoji = emoji_of(image, source->url)) {
        if (emoji->empty()) return {.counts = true, .markup = image_in_line(image, source->url)};
        return {.counts = true, .words = std::move(*emoji), .is_emoji = true};
    }
    if (is_sign_in_line(image)) return {.counts = true, .markup = image_in_line(image, source->url)};
    return shown(image, *source, style, in_link || comes_along);
}

// `leads`: no link of its own is due.
WrittenPicture PictureWriter::shown(const GumboNode& image, const ImageSource& source,
                                    const std::vector<CssDeclaration>& style, bool leads) const {
    const auto own = size_of(source.url);
    // A counter that does not say so.
    if (own && (own->width <= 1 || own->height <= 1)) return {.counts = true};
    const ImageShape shape = image_shape(image, style, own, limits_.image_width);
    // A height alone is how large it is: in the line.
    const std::string height = shape.width || !shape.height ? "auto" : std::to_string(*shape.height) + "px";
    // What stood beside the text on the page stands above it, not on its first line.
    const std::string apart = stands_beside(image, style) ? "display:block;" : "";
    std::string markup = image_element(image, source.url, shape, apart + "max-width:100%;height:" + height);
    // A link to the whole picture; Thunderbird also lets pictures outside of links grow over the edge.
    const bool linked = !leads && !is_formula_picture(image) && (shape.reduced || source.full != source.url);
    if (linked) markup = "<a class=\"full\"" + attribute("href", source.full) + ">" + markup + "</a>";
    return {.counts = true, .markup = std::move(markup)};
}

void PictureWriter::note_words() {
    lazy_ = false;
    without_script_.clear();
}

// A lazy image and its <noscript>, whichever comes first, are one picture.
bool PictureWriter::says_same_again(const ImageSource& source) {
    if (noscripts_ > 0) {
        without_script_ = lazy_ ? "" : source.url;
        return lazy_;
    }
    lazy_ = source.lazy;
    const std::string before = std::exchange(without_script_, {});
    if (before.empty()) return false;
    const std::string name = picture_name(before);
    return before == source.url || (!name.empty() && name == picture_name(source.url));
}

// What somebody learnt of the picture.
std::optional<PictureSize> PictureWriter::size_of(const std::string& url) const {
    if (limits_.picture_sizes == nullptr) return std::nullopt;
    const auto found = limits_.picture_sizes->find(url);
    return found == limits_.picture_sizes->end() ? std::nullopt : std::optional(found->second);
}

// Of a picture that is sent with the mail.
std::optional<ImageSource> PictureWriter::inline_picture(const GumboNode& node) const {
    const auto src = attribute_of(node, "src").value_or("");
    const auto found = std::ranges::find(limits_.inline_pictures, src);
    if (found == limits_.inline_pictures.end()) return std::nullopt;
    return ImageSource{.url = *found, .lazy = false, .full = *found};
}

}  // namespace paperround::email
