#include "email/page/html_roles.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "base/text/unseen.hpp"
#include "email/html/html_policy.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"

namespace paperround::email {

namespace {

bool has_any_class(const GumboNode& node, std::initializer_list<std::string_view> names) {
    std::string classes(attribute_of(node, "class").value_or(""));
    std::ranges::replace_if(classes, is_ascii_space, ' ');
    return std::ranges::any_of(split(classes, ' '), [&](std::string_view name) {
        return std::ranges::find(names, name) != names.end();
    });
}

// Bootstrap, Foundation, Bulma, and many themes: a name that they also give to what does something to the page.
bool is_called_button_by_framework(const GumboNode& node) {
    if (!has_any_class(node, {"btn", "button", "elementor-button"})) return false;
    if (attribute_of(node, "href").value_or("").starts_with('#')) return false;
    return !has_any_class(node, {"btn-link", "button-link", "is-text"});
}

bool is_called_button(const GumboNode& node) {
    return has_any_class(node, {"wp-block-button__link", "wp-element-button", "kg-btn", "kg-cta-button",
                                "kg-header-card-button", "kg-product-card-button", "button__link",
                                "sqs-block-button-element", "buttondown-button"}) ||
           is_called_button_by_framework(node);
}

bool is_in_words(const GumboNode* beside) {
    if (beside == nullptr) return false;
    if (is_text(*beside)) return true;
    if (beside->type != GUMBO_NODE_ELEMENT || beside->v.element.tag == GUMBO_TAG_BR) return false;
    if (beside->v.element.tag == GUMBO_TAG_A) return !is_called_button(*beside);
    return rule_for(gumbo_normalized_tagname(beside->v.element.tag)) == ElementRule::formatting ||
           beside->v.element.tag == GUMBO_TAG_SPAN;
}

// What stands before or behind it but for blank text.
const GumboNode* neighbour(const GumboNode& node, int step) {
    const GumboVector& siblings = node.parent->v.element.children;
    constexpr int farthest = 3;
    for (int away = 1; away <= farthest; ++away) {
        const auto at = static_cast<long>(node.index_within_parent) + static_cast<long>(step) * away;
        if (at < 0 || at >= static_cast<long>(siblings.length)) return nullptr;
        const auto* beside = static_cast<const GumboNode*>(siblings.data[at]);
        if (!is_text(*beside) || !trim(beside->v.text.text).empty()) return beside;
    }
    return nullptr;
}

// Medium: a title, a line below it, the name of the site.
bool is_link_of_lines(const GumboNode& link) {
    const auto parts = elements_in(link);
    return parts.size() > 1 && parts[0]->v.element.tag == GUMBO_TAG_STRONG &&
           parts[1]->v.element.tag == GUMBO_TAG_BR;
}

bool has_blank_text_alone(const GumboNode& node) {
    const GumboVector& children = node.v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto* child = static_cast<const GumboNode*>(children.data[i]);
        if (is_text(*child) && !trim(child->v.text.text).empty()) return false;
    }
    return true;
}

}  // namespace

bool is_button(const GumboNode& node) {
    if (!is_called_button(node)) return false;
    if (node.parent == nullptr || node.parent->type != GUMBO_NODE_ELEMENT) return false;
    const GumboTag around = node.parent->v.element.tag;
    if (around == GUMBO_TAG_P) return holds_buttons_alone(*node.parent);
    if (around != GUMBO_TAG_DIV && around != GUMBO_TAG_BODY && around != GUMBO_TAG_TD) return false;
    return !is_called_button_by_framework(node) ||
           (!is_in_words(neighbour(node, -1)) && !is_in_words(neighbour(node, 1)));
}

bool holds_buttons_alone(const GumboNode& paragraph) {
    constexpr unsigned most = 8;
    const GumboVector& children = paragraph.v.element.children;
    if (children.length > most) return false;
    bool found = false;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto* child = static_cast<const GumboNode*>(children.data[i]);
        if (is_text(*child) && !trim(child->v.text.text).empty()) return false;
        if (child->type != GUMBO_NODE_ELEMENT) continue;
        if (child->v.element.tag != GUMBO_TAG_A || !is_called_button(*child)) return false;
        found = true;
    }
    return found;
}

bool is_note_beside(const GumboNode& node) {
    if (node.v.element.tag != GUMBO_TAG_SPAN) return false;
    const bool tooltip = attribute_of(node, "role").value_or("") == "tooltip";
    return has_any_class(node, {"sidenote", "marginnote", "refbody", "modern-footnotes-footnote__note",
                                "ltx_note_outer"}) ||
           (tooltip &&
            ascii_lower(attribute_of(node, "class").value_or("")).find("note") != std::string::npos);
}

bool joins_name(const GumboNode& node) {
    return has_any_class(node, {"kg-bookmark-publisher"}) && node.index_within_parent > 0;
}

std::string_view script_of_style(std::string_view element, const std::vector<CssDeclaration>& style) {
    if (element != "span") return {};
    std::string_view script;
    for (const CssDeclaration& said : style) {
        if (said.property != "vertical-align") continue;
        const std::string value = ascii_lower(trim(said.value));
        script = value == "super" ? "sup" : value == "sub" ? "sub" : "";
    }
    return script;
}

bool holds_blocks(const GumboNode& node) {
    struct Visitor {
        bool open(const GumboNode& inner) {
            constexpr std::size_t enough = 200;
            if (found || ++seen > enough) return found = true, false;
            if (inner.type != GUMBO_NODE_ELEMENT) return false;
            const std::string_view name = gumbo_normalized_tagname(inner.v.element.tag);
            const ElementRule rule = rule_for(name);
            found = rule == ElementRule::keep && inner.v.element.tag != GUMBO_TAG_SPAN &&
                    inner.v.element.tag != GUMBO_TAG_CITE && inner.v.element.tag != GUMBO_TAG_ABBR;
            return !found;
        }
        void close(const GumboNode& /*inner*/) const {}
        bool found = false;
        std::size_t seen = 0;
    } visitor;
    HtmlTree::walk_from(node, visitor);
    return visitor.found;
}

bool is_blank(const GumboNode& node) {
    struct Visitor {
        bool open(const GumboNode& inner) {
            if (seen) return false;
            if (is_text(inner)) return seen = !trim_unseen(inner.v.text.text).empty(), false;
            if (inner.type != GUMBO_NODE_ELEMENT) return false;
            const GumboTag tag = inner.v.element.tag;
            seen = tag == GUMBO_TAG_IMG || tag == GUMBO_TAG_VIDEO || attribute_of(inner, "data-attrs");
            return !seen;
        }
        void close(const GumboNode& /*inner*/) const {}
        bool seen = false;
    } visitor;
    HtmlTree::walk_from(node, visitor);
    return !visitor.seen;
}

bool is_card_link(const GumboNode& link) {
    if (is_link_of_lines(link)) return true;
    return has_blank_text_alone(link) && holds_blocks(link) && !words_in(link, 1).empty();
}

bool is_line_of_words(const GumboNode& node) {
    return !holds_blocks(node) && !words_in(node, 1).empty();
}

bool is_figure(const GumboNode& node) {
    return has_any_class(node, {"figure"});
}

bool is_caption(const GumboNode& node) {
    return has_any_class(node, {"caption"});
}

}  // namespace paperround::email
