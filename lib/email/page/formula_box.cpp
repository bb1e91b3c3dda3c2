#include "email/page/formula_box.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/formula/formula_text.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"
#include "email/page/json_text.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_annotation = 16U << 10U;
constexpr std::size_t most_forms = 6;  // of one formula, side by side

// KaTeX, MathJax 2 and 3, MediaWiki.
bool is_box(const GumboNode& node) {
    constexpr std::array<std::string_view, 11> names{
        "katex",         "katex-display",       "MathJax",        "MathJax_Display",
        "MathJax_SVG",   "MathJax_SVG_Display", "MathJax_CHTML",  "mjx-chtml",
        "mjx-container", "mwe-math-element",    "MathJax_Preview"};
    const auto classes = attribute_of(node, "class");
    if (!classes) return false;
    return std::ranges::any_of(split(*classes, ' '),
                               [&](auto name) { return std::ranges::find(names, name) != names.end(); });
}

class FormulaFinder {
  public:
    bool open(const GumboNode& node) {
        if (found_ != nullptr || node.type != GUMBO_NODE_ELEMENT) return false;
        if (has_class(node, formula_class)) found_ = &node;
        return found_ == nullptr;
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] const GumboNode* found() const { return found_; }

  private:
    const GumboNode* found_ = nullptr;
};

// The source of a formula that follows its drawing.
bool is_said_behind(const GumboNode& node) {
    const GumboVector& siblings = node.parent->v.element.children;
    const std::size_t end = std::min<std::size_t>(siblings.length, node.index_within_parent + most_forms);
    for (std::size_t i = node.index_within_parent + 1; i < end; ++i) {
        const auto* sibling = static_cast<const GumboNode*>(siblings.data[i]);
        if (is_text(*sibling)) {
            if (!trim(sibling->v.text.text).empty()) return false;
        } else if (sibling->type == GUMBO_NODE_ELEMENT) {
            if (has_class(*sibling, "mail-source")) return true;
            if (!is_box(*sibling)) return false;
        }
    }
    return false;
}

// MathJax of old: on the first element within.
std::optional<std::string> said_to_listeners(const GumboNode& node) {
    const auto inner = elements_in(node);
    if (inner.empty() || !has_class(*inner.front(), "mjx-math")) return std::nullopt;
    const std::string tex = formula_of_tex(attribute_of(*inner.front(), "aria-label").value_or(""));
    return tex.empty() ? std::nullopt : std::optional(tex);
}

std::optional<std::string> said_by_attribute(const GumboNode& node) {
    if (const auto mathml = attribute_of(node, "data-mathml")) {
        const std::string_view text = *mathml;
        const auto begin = text.find('>');
        const auto end = text.rfind("</");
        if (begin < end && end != std::string_view::npos)
            return formula_of_mathml(text.substr(begin + 1, end - begin - 1), {});
    }
    if (auto said = said_to_listeners(node)) return said;
    for (const char* name : {"data-latex", "data-tex", "data-formula"}) {
        const std::string tex = formula_of_tex(attribute_of(node, name).value_or(""));
        if (!tex.empty()) return tex;
    }
    return std::nullopt;
}

// Substack says it beside an empty element.
std::optional<std::string> said_by_expression(const GumboNode& node) {
    const std::string tex = json_text(attribute_of(node, "data-attrs").value_or(""), "persistentExpression");
    if (tex.empty()) return std::nullopt;
    return formula_of_tex(tex);
}

class ListFinder {
  public:
    bool open(const GumboNode& node) {
        if (found_ != nullptr || node.type != GUMBO_NODE_ELEMENT) return false;
        if (has_class(node, "vlist")) found_ = &node;
        return found_ == nullptr;
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] const GumboNode* found() const { return found_; }

  private:
    const GumboNode* found_ = nullptr;
};

// KaTeX draws from below: what stands under the line comes first, an index before a power.
class Drawing {
  public:
    [[nodiscard]] std::string words(const GumboNode& node, int depth = 0) const {
        constexpr int deepest = 30;
        std::string out;
        const GumboVector& children = node.v.element.children;
        for (unsigned i = 0; i < children.length && depth < deepest; ++i) {
            const auto* child = static_cast<const GumboNode*>(children.data[i]);
            if (is_text(*child)) out += child->v.text.text;
            if (child->type != GUMBO_NODE_ELEMENT || has_class(*child, "vlist-s")) continue;
            const bool fraction = has_class(*child, "mfrac");
            if (!fraction && !has_class(*child, "msupsub")) {
                out += words(*child, depth + 1);
                continue;
            }
            ListFinder finder;
            HtmlTree::walk_from(*child, finder);
            if (finder.found() == nullptr) continue;
            const auto parts = elements_in(*finder.found());
            if (parts.empty()) continue;
            const std::string first = bracketed(words(*parts.front(), depth + 1));
            // Each part is read and written once, or all would double with each level.
            if (parts.size() > 1) {
                const std::string last = bracketed(words(*parts.back(), depth + 1));
                out += fraction ? fmt::format("{}/{}", last, first) : fmt::format("_{}^{}", first, last);
            } else {
                out += fraction ? "" : holds_index(*child) ? "_" : "^";
                out += first;
            }
        }
        return out;
    }

  private:
    static bool holds_index(const GumboNode& scripts) {
        const auto inner = elements_in(scripts);
        return !inner.empty() && has_class(*inner.front(), "vlist-t2");
    }

    static std::string bracketed(const std::string& text) {
        std::string bare = replace_all(text, "\u200b", "");
        const bool one =
            std::ranges::all_of(bare, is_ascii_digit) || next_code_point(bare + " ").length >= bare.size();
        return one ? bare : "(" + bare + ")";
    }
};

}  // namespace

std::optional<std::string> formula_in(const GumboNode& node) {
    if (node.v.element.children.length == 0) {
        if (auto tex = said_by_expression(node)) return tex;
    }
    if (!is_box(node)) return std::nullopt;
    if (is_said_behind(node)) return std::string{};
    FormulaFinder finder;
    HtmlTree::walk_from(node, finder);
    if (finder.found() != nullptr) return words_in(*finder.found(), longest_annotation);
    if (has_class(node, "MathJax_Preview")) return std::nullopt;
    if (auto said = said_by_attribute(node)) return said;
    if (!has_class(node, "katex")) return std::nullopt;
    return replace_all(Drawing().words(node), "\u200b", "");
}

}  // namespace paperround::email
