#include "email/page/platform_shape.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_code.hpp"
#include "email/page/html_words.hpp"

namespace paperround::email {

namespace {

template <std::size_t N>
bool has_any_class(const GumboNode& node, const std::array<std::string_view, N>& names) {
    return attribute_of(node, "class") &&
           std::ranges::any_of(names, [&](std::string_view name) { return has_class(node, name); });
}

// Ghost, Substack, beehiiv, Buttondown, WordPress, Squarespace.
constexpr std::array<std::string_view, 12> cards{"image",
                                                 "kg-card",
                                                 "callout-block",
                                                 "digest-post-embed",
                                                 "embedded-post-wrap",
                                                 "youtube-wrap",
                                                 "embed",
                                                 "embed-wrapper",
                                                 "embed-container",
                                                 "wp-block-file",
                                                 "wp-block-media-text",
                                                 "sqs-gallery-container"};
constexpr std::array<std::string_view, 3> captions{"image__source", "wp-caption-text", "image-caption"};

// The only element in it, where there are no words beside that.
const GumboNode* only_child(const GumboNode& node) {
    const GumboVector& children = node.v.element.children;
    constexpr unsigned most = 8;
    const GumboNode* found = nullptr;
    if (children.length > most) return nullptr;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto* child = static_cast<const GumboNode*>(children.data[i]);
        if (is_text(*child) && !trim(child->v.text.text).empty()) return nullptr;
        if (child->type != GUMBO_NODE_ELEMENT) continue;
        if (found != nullptr) return nullptr;
        found = child;
    }
    return found;
}

bool holds_code_alone(const GumboNode& node) {
    const GumboNode* inner = only_child(node);
    for (int level = 0; level < 3 && inner != nullptr; ++level) {
        const GumboTag tag = inner->v.element.tag;
        if (tag == GUMBO_TAG_PRE) return true;
        if (tag == GUMBO_TAG_TABLE) return is_code_table(*inner);
        if (tag != GUMBO_TAG_DIV) return false;
        inner = only_child(*inner);
    }
    return false;
}

bool is_in_caption(const GumboNode& node) {
    constexpr int farthest = 3;
    const GumboNode* around = node.parent;
    for (int level = 0; level < farthest && around != nullptr && around->type == GUMBO_NODE_ELEMENT;
         ++level) {
        if (around->v.element.tag == GUMBO_TAG_FIGCAPTION) return true;
        around = around->parent;
    }
    return false;
}

const GumboNode* element_before(const GumboNode& node) {
    if (node.index_within_parent == 0) return nullptr;
    const GumboVector& siblings = node.parent->v.element.children;
    const auto* before = static_cast<const GumboNode*>(siblings.data[node.index_within_parent - 1]);
    return before->type == GUMBO_NODE_ELEMENT ? before : nullptr;
}

bool is_captioned_table(const GumboNode& node) {
    return node.v.element.tag == GUMBO_TAG_TABLE && has_class(node, "tr-caption-container");
}

}  // namespace

PlatformShape platform_shape(const GumboNode& node) {
    const GumboTag tag = node.v.element.tag;
    if (tag != GUMBO_TAG_DIV && tag != GUMBO_TAG_P) return PlatformShape::none;
    if (has_any_class(node, captions) && !is_in_caption(node)) return PlatformShape::caption;
    if (tag == GUMBO_TAG_P) return PlatformShape::none;
    if (has_any_class(node, cards)) return PlatformShape::card;
    if (has_class(node, "pullquote")) return PlatformShape::pull_quote;
    return holds_code_alone(node) ? PlatformShape::code_frame : PlatformShape::none;
}

CaptionedPart captioned_part(const GumboNode& node) {
    if (is_captioned_table(node)) return CaptionedPart::table;
    const GumboTag tag = node.v.element.tag;
    const bool row = tag == GUMBO_TAG_TR || tag == GUMBO_TAG_TBODY;
    if (!row && tag != GUMBO_TAG_TD) return CaptionedPart::none;
    const GumboNode* around = node.parent;
    for (int level = 0; level < 3 && around != nullptr && around->type == GUMBO_NODE_ELEMENT; ++level) {
        if (is_captioned_table(*around)) {
            if (row) return CaptionedPart::row;
            return has_class(node, "tr-caption") ? CaptionedPart::caption : CaptionedPart::picture;
        }
        if (around->v.element.tag == GUMBO_TAG_TABLE) break;
        around = around->parent;
    }
    return CaptionedPart::none;
}

bool is_address_of_card(const GumboNode& text) {
    const GumboNode* before = element_before(text);
    if (before == nullptr || before->v.element.tag != GUMBO_TAG_EM) return false;
    const GumboNode* first = static_cast<const GumboNode*>(text.parent->v.element.children.data[0]);
    const std::string_view words = trim(text.v.text.text);
    return text.parent->v.element.tag == GUMBO_TAG_A && first->type == GUMBO_NODE_ELEMENT &&
           first->v.element.tag == GUMBO_TAG_STRONG && words.find('.') != std::string_view::npos &&
           words.find(' ') == std::string_view::npos;
}

}  // namespace paperround::email
