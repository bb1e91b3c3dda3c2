#include "email/page/note_mark.hpp"

#include <string_view>

#include "base/text.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"

namespace paperround::email {

namespace {

// Whether the text goes on behind a note's number with a sign of its own: "1. ", "1) ".
bool has_sign_behind(const GumboNode& link) {
    const GumboVector& siblings = link.parent->v.element.children;
    if (link.index_within_parent + 1 >= siblings.length) return false;
    const auto* next = static_cast<const GumboNode*>(siblings.data[link.index_within_parent + 1]);
    if (!is_text(*next)) return false;
    const std::string_view text = trim(next->v.text.text);
    return !text.empty() && std::string_view(".):]").find(text.front()) != std::string_view::npos;
}

}  // namespace

bool is_raised(const GumboNode& link) {
    const GumboNode* node = link.parent;
    for (int level = 0; level < 3 && node->type == GUMBO_NODE_ELEMENT; ++level, node = node->parent) {
        if (node->v.element.tag == GUMBO_TAG_SUP) return true;
    }
    const GumboVector& children = link.v.element.children;
    if (children.length == 0) return false;
    const auto* first = static_cast<const GumboNode*>(children.data[0]);
    return first->type == GUMBO_NODE_ELEMENT && first->v.element.tag == GUMBO_TAG_SUP;
}

std::string number_of_note(const GumboNode& link) {
    std::string number = words_in(link, 8);
    std::erase_if(number, [](char c) { return !is_ascii_digit(c) && !is_ascii_alpha(c); });
    return is_raised(link) || has_sign_behind(link) ? number : number + ". ";
}

bool note_stands_below(const GumboNode& link) {
    const GumboVector& siblings = link.parent->v.element.children;
    for (std::size_t i = link.index_within_parent + 1; i < siblings.length; ++i) {
        const auto* next = static_cast<const GumboNode*>(siblings.data[i]);
        if (next->type == GUMBO_NODE_WHITESPACE) continue;
        if (next->type != GUMBO_NODE_ELEMENT) return false;
        return next->v.element.tag == GUMBO_TAG_DIV || next->v.element.tag == GUMBO_TAG_P;
    }
    return false;
}

}  // namespace paperround::email
