#include "email/css/css_selector.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

constexpr long most_counted = 1000;  // children past that are no nth child: counting them all is quadratic

bool is_element(const GumboNode& node) {
    return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE;
}

const GumboNode* parent_element(const GumboNode& node) {
    return node.parent != nullptr && is_element(*node.parent) ? node.parent : nullptr;
}

// The nearest element in front of (`step` -1) or behind it.
const GumboNode* sibling(const GumboNode& node, int step) {
    const GumboNode* parent = parent_element(node);
    if (parent == nullptr) return nullptr;
    const GumboVector& children = parent->v.element.children;
    for (auto at = static_cast<long>(node.index_within_parent) + step;
         at >= 0 && at < static_cast<long>(children.length); at += step) {
        const auto* other = static_cast<const GumboNode*>(children.data[at]);
        if (is_element(*other)) return other;
    }
    return nullptr;
}

bool has_word(std::string_view words, std::string_view word) {
    std::size_t at = 0;
    while (at < words.size()) {
        while (at < words.size() && is_ascii_space(words[at])) ++at;
        const std::size_t begin = at;
        while (at < words.size() && !is_ascii_space(words[at])) ++at;
        if (at > begin && words.substr(begin, at - begin) == word) return true;
    }
    return false;
}

// What looking through a text costs.
std::size_t units_for(std::string_view text) {
    return 1 + text.size() / 16;
}

bool passes(const CssAttributeTest& test, const GumboNode& node, WorkBudget& budget) {
    const auto given = attribute_of(node, test.name.c_str());
    // A part is looked for from each octet on.
    if (!given || !budget.spend(units_for(*given) * (test.match == '*' ? units_for(test.value) : 1)))
        return false;
    const std::string_view value = test.value;
    switch (test.match) {
        case '=':
            return *given == value;
        case '~':
            return !value.empty() && has_word(*given, value);
        case '|':
            return given->starts_with(value) &&
                   (given->size() == value.size() || (*given)[value.size()] == '-');
        case '^':
            return !value.empty() && given->starts_with(value);
        case '$':
            return !value.empty() && given->ends_with(value);
        case '*':
            return !value.empty() && given->find(value) != std::string_view::npos;
        default:
            return true;
    }
}

bool is_nth(const CssNthChild& nth, const GumboNode& node, WorkBudget& budget) {
    if (nth.step == 0 && nth.offset == 1) return sibling(node, -1) == nullptr;
    long position = 1;
    for (const GumboNode* other = sibling(node, -1); other != nullptr; other = sibling(*other, -1)) {
        if (++position > most_counted || !budget.spend()) return false;
    }
    const long past = position - nth.offset;
    return nth.step == 0 ? past == 0 : past % nth.step == 0 && past / nth.step >= 0;
}

bool fits(const CssCompound& compound, const GumboNode& node, WorkBudget& budget) {
    if (!budget.spend()) return false;
    if (!compound.type.empty() && compound.type != element_name(node)) return false;
    if (!compound.id.empty() && attribute_of(node, "id") != compound.id) return false;
    if (!compound.classes.empty()) {
        const std::string_view given = attribute_of(node, "class").value_or("");
        if (!budget.spend(compound.classes.size() * units_for(given))) return false;
        if (!std::ranges::all_of(compound.classes, [&](auto& name) { return has_word(given, name); }))
            return false;
    }
    return std::ranges::all_of(compound.attributes, [&](auto& test) { return passes(test, node, budget); }) &&
           (!compound.last_child || sibling(node, 1) == nullptr) &&
           std::ranges::all_of(compound.nth_children, [&](auto& nth) { return is_nth(nth, node, budget); });
}

}  // namespace

std::string element_name(const GumboNode& node) {
    const GumboElement& element = node.v.element;
    if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag);
    GumboStringPiece name = element.original_tag;
    gumbo_tag_from_original_text(&name);
    return ascii_lower(std::string_view(name.data == nullptr ? "" : name.data, name.length));
}

// A descendant combinator is satisfied by the nearest ancestor that fits what stands up to the next one on
// the left: a farther one would only leave fewer ancestors. So nothing is ever tried twice for one ancestor.
bool CssSelector::matches(const GumboNode& node, WorkBudget& budget) const {
    using enum CssCompound::Combinator;
    const GumboNode* start = &node;  // where the compounds behind the last descendant combinator are tried
    auto last = compounds_.size();
    bool may_climb = false;
    while (last > 0) {
        const GumboNode* at = start;
        auto index = last;
        while (at != nullptr && fits(compounds_[index - 1], *at, budget)) {
            const auto combinator = compounds_[index - 1].combinator;
            --index;
            if (combinator != child && combinator != next_sibling) break;
            at = combinator == child ? parent_element(*at) : sibling(*at, -1);
        }
        const bool fitted =
            at != nullptr && index < last && (index == 0 || compounds_[index].combinator == descendant);
        if (fitted) {
            last = index;
            if (last == 0) return true;
            may_climb = true;
            start = at;
        } else if (!may_climb) {
            return false;
        }
        start = parent_element(*start);
        if (start == nullptr) return false;
    }
    return true;
}

}  // namespace paperround::email
