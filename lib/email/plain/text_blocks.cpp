#include "email/plain/text_blocks.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/text.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_roles.hpp"

namespace paperround::email {

namespace {

bool is_one_of(GumboTag tag, std::initializer_list<GumboTag> tags) {
    return std::ranges::find(tags, tag) != tags.end();
}

// Blank lines separate these from what is around them.
bool tag_stands_apart(GumboTag tag) {
    return is_one_of(tag, {GUMBO_TAG_P, GUMBO_TAG_FIGURE, GUMBO_TAG_DL, GUMBO_TAG_H1, GUMBO_TAG_H2,
                           GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6});
}

}  // namespace

bool begins_a_line(GumboTag tag) {
    return is_one_of(tag, {GUMBO_TAG_DIV, GUMBO_TAG_DT, GUMBO_TAG_DD, GUMBO_TAG_LI, GUMBO_TAG_TR,
                           GUMBO_TAG_FIGCAPTION, GUMBO_TAG_CAPTION});
}

bool stands_apart(const GumboNode& node) {
    return (tag_stands_apart(node.v.element.tag) && !is_caption(node)) || is_figure(node);
}

bool is_whole_picture(const GumboNode& link) {
    return attribute_of(link, "class").value_or("") == "full";
}

char underline_of(GumboTag tag) {
    if (tag == GUMBO_TAG_H1) return '=';
    if (tag == GUMBO_TAG_H2) return '-';
    return tag == GUMBO_TAG_H3 ? '~' : '\0';
}

bool has_brackets(const GumboNode& reading) {
    const GumboVector& siblings = reading.parent->v.element.children;
    for (std::size_t back = 1; back <= 2 && back <= reading.index_within_parent; ++back) {
        const auto* before = static_cast<const GumboNode*>(siblings.data[reading.index_within_parent - back]);
        if (before->type == GUMBO_NODE_ELEMENT) return before->v.element.tag == GUMBO_TAG_RP;
    }
    return false;
}

bool keeps_lines(const GumboNode& node) {
    constexpr std::string_view property = "white-space:";
    const std::string_view style = attribute_of(node, "style").value_or("");
    const auto at = style.find(property);
    return at != std::string_view::npos && trim(style.substr(at + property.size())).starts_with("pre");
}

bool is_struck(const GumboNode& node) {
    if (node.v.element.children.length == 0) return false;
    const GumboTag tag = node.v.element.tag;
    if (tag == GUMBO_TAG_DEL || tag == GUMBO_TAG_S) return true;
    return tag == GUMBO_TAG_SPAN &&
           attribute_of(node, "style").value_or("").find("line-through") != std::string_view::npos;
}

bool is_block_link(const GumboNode& link) {
    return attribute_of(link, "style").value_or("").find("display:block") != std::string_view::npos;
}

bool is_mark_of_block(std::string_view text) {
    constexpr std::size_t longest = 6;
    text = trim(text);
    if (text == "\u2610" || text == "\u2611" || text == "\u25C9" || text == "\u25CB") return true;
    return text.size() > 1 && text.size() <= longest && text.back() == '.' &&
           std::ranges::all_of(text.substr(0, text.size() - 1), is_ascii_digit);
}

}  // namespace paperround::email
