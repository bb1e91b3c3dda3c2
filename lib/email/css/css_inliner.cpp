#include "email/css/css_inliner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "email/css/css_cascade.hpp"
#include "email/css/css_parser.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

// What mail clients put around or into a message: no element of ours matches it, and it is used all the same.
constexpr std::array<std::string_view, 10> client_hooks{
    "[data-ogs", "[data-outlook", "ExternalClass",      "#outlook",    "#MessageViewBody", "u + ",
    "u+",        ".moz-text-",    "#MessageWebViewDiv", "[class~=\"x_"};

struct Edit {
    std::size_t begin;  // in the document
    std::size_t end;
    std::string text;
};

bool is_visual(const GumboNode& node) {
    constexpr std::array unseen{GUMBO_TAG_HEAD, GUMBO_TAG_TITLE, GUMBO_TAG_BASE,  GUMBO_TAG_LINK,
                                GUMBO_TAG_META, GUMBO_TAG_STYLE, GUMBO_TAG_SCRIPT};
    return std::ranges::find(unseen, node.v.element.tag) == unseen.end();
}

// Calls what it is given for each element of the document, <html> too, in order.
void for_each_element(const HtmlTree& tree, const std::function<void(const GumboNode&)>& visit) {
    struct Visitor {
        const std::function<void(const GumboNode&)>& visit;
        [[nodiscard]] bool open(const GumboNode& node) const {
            if (node.type == GUMBO_NODE_ELEMENT) visit(node);
            return node.type == GUMBO_NODE_ELEMENT;
        }
        void close(const GumboNode& /*node*/) const {}
    } visitor{visit};
    visit(tree.root());
    tree.walk(visitor);
}

class Inliner {
  public:
    Inliner(std::string_view html, const InlineLimits& limits, const std::stop_token& stop)
        : html_(html), tree_(html), limits_(limits), budget_(limits.work, stop) {}

    Result<std::string, InlineError> run() {
        std::vector<CssRule> rules;
        for (const std::string_view sheet : take_style_elements()) {
            auto parsed = parse_css(sheet);
            if (!parsed)
                return failure(InlineError{InlineError::Code::style_too_large, parsed.error().message});
            rules.insert(rules.end(), parsed->begin(), parsed->end());
        }
        if (edits_.empty()) return std::string(html_);
        for (const CssRule& rule : rules) {
            if (rule.kind == CssRule::Kind::style) add_style_rule(rule);
        }
        inline_all();
        const std::string kept = kept_rules(rules);
        if (!kept.empty()) edits_.front().text = "<style>\n" + kept + "</style>\n";
        if (budget_.end() == WorkBudget::End::interrupted)
            return failure(InlineError{InlineError::Code::interrupted, "interrupted by a stop"});
        if (budget_.end() == WorkBudget::End::exhausted)
            return failure(InlineError{InlineError::Code::too_much_work,
                                       "there are too many elements for so many style rules"});
        return apply();
    }

  private:
    [[nodiscard]] std::size_t offset(const char* at) const {
        return static_cast<std::size_t>(at - html_.data());
    }

    [[nodiscard]] bool is_in_document(const GumboStringPiece& piece) const {
        return piece.data != nullptr && piece.length > 0 && std::less_equal<>()(html_.data(), piece.data) &&
               std::less_equal<>()(piece.data + piece.length, html_.data() + html_.size());
    }

    // Plans to leave the <style> elements out, with the line end behind them.
    std::vector<std::string_view> take_style_elements() {
        std::vector<std::string_view> sheets;
        for_each_element(tree_, [&](const GumboNode& node) {
            const GumboElement& element = node.v.element;
            if (element.tag != GUMBO_TAG_STYLE || attribute_of(node, "media")) return;
            if (!is_in_document(element.original_tag) || !is_in_document(element.original_end_tag)) return;
            const std::size_t begin = offset(element.original_tag.data);
            const std::size_t content = begin + element.original_tag.length;
            const std::size_t content_end = offset(element.original_end_tag.data);
            std::size_t end = content_end + element.original_end_tag.length;
            if (end < html_.size() && html_[end] == '\n') ++end;
            if (content_end < content) return;
            sheets.push_back(html_.substr(content, content_end - content));
            edits_.push_back({begin, end, ""});
        });
        return sheets;
    }

    void add_style_rule(const CssRule& rule) {
        for (const std::string_view text : split_selectors(rule.prelude)) {
            auto selector = CssSelector::parse(text);
            if (selector && selector->decidable()) inlined_.add(std::move(*selector), rule.declarations);
        }
    }

    void inline_all() {
        for_each_element(tree_, [&](const GumboNode& node) {
            if (!is_visual(node) || !is_in_document(node.v.element.original_tag)) return;
            // The tree holds no control characters: a style with a merge mark in it stays as it was written.
            const GumboAttribute* own = gumbo_get_attribute(&node.v.element.attributes, "style");
            if (own != nullptr && std::string_view(own->value).find("\uFFFD") != std::string_view::npos)
                return;
            const auto given = parse_declarations(attribute_of(node, "style").value_or(""));
            const auto style = inlined_.style_of(node, given);
            if (style == given) return;
            set_style(node, "style=\"" + escaped(write_declarations(style)) + "\"");
        });
    }

    // Single quotes and `>` may stand in an attribute as they are.
    static std::string escaped(const std::string& style) {
        return replace_all(replace_all(style, "&", "&amp;"), "\"", "&quot;");
    }

    void set_style(const GumboNode& node, std::string attribute) {
        const GumboElement& element = node.v.element;
        const GumboAttribute* given = gumbo_get_attribute(&element.attributes, "style");
        if (given != nullptr && is_in_document(given->original_name) &&
            is_in_document(given->original_value)) {
            edits_.push_back({offset(given->original_name.data),
                              offset(given->original_value.data) + given->original_value.length,
                              std::move(attribute)});
            return;
        }
        if (given != nullptr) return;  // `style` without a value: as good as none, and not worth a case
        GumboStringPiece name = element.original_tag;
        gumbo_tag_from_original_text(&name);
        if (!is_in_document(name)) return;
        const std::size_t at = offset(name.data) + name.length;
        edits_.push_back({at, at, " " + std::move(attribute)});
    }

    // The selectors of a list that stay, joined; empty where none does.
    std::string kept_selectors(const CssRule& rule, bool in_group) {
        std::string kept;
        for (const std::string_view text : split_selectors(rule.prelude)) {
            if (!stays(text, in_group)) continue;
            if (!kept.empty()) kept += ',';
            kept += text;
        }
        return kept;
    }

    bool stays(std::string_view text, bool in_group) {
        const bool of_client = std::ranges::any_of(
            client_hooks, [&](auto hook) { return text.find(hook) != std::string_view::npos; });
        if (of_client) return true;
        auto selector = CssSelector::parse(text);
        if (!selector) return true;
        if (selector->decidable() && !in_group) return false;
        CssCascade one(budget_);
        one.add(std::move(*selector), {});
        bool used = false;
        for_each_element(tree_, [&](const GumboNode& node) { used = used || one.applies_to(node); });
        return used;
    }

    std::string kept_rules(const std::vector<CssRule>& rules, bool in_group = false) {
        std::string kept;
        for (const CssRule& rule : rules) {
            if (rule.kind == CssRule::Kind::verbatim) {
                kept += rule.prelude + "\n";
            } else if (rule.kind == CssRule::Kind::group) {
                const std::string inside = kept_rules(rule.rules, true);
                if (!inside.empty()) kept += fmt::format("{} {{\n{}}}\n", rule.prelude, inside);
            } else if (const std::string selectors = kept_selectors(rule, in_group); !selectors.empty()) {
                std::vector<CssDeclaration> declarations = rule.declarations;
                for (CssDeclaration& declaration : declarations) declaration.important = true;
                kept += fmt::format("{}{{{}}}\n", selectors, write_declarations(declarations));
            }
        }
        return in_group ? kept : replace_all(kept, "</", "<\\/");
    }

    Result<std::string, InlineError> apply() {
        std::ranges::stable_sort(edits_, {}, &Edit::begin);
        std::string out;
        std::size_t at = 0;
        for (const Edit& edit : edits_) {
            if (edit.begin < at)
                continue;  // an element that the tree holds twice, as it does mis-nested ones
            out += html_.substr(at, edit.begin - at);
            out += edit.text;
            at = edit.end;
            if (out.size() > limits_.output) break;
        }
        out += html_.substr(at);
        if (out.size() <= limits_.output) return out;
        return failure(
            InlineError{InlineError::Code::document_too_large,
                        fmt::format("the mail's HTML is larger than {} KiB with its styles inlined",
                                    limits_.output / 1024)});
    }

    std::string_view html_;
    HtmlTree tree_;
    const InlineLimits& limits_;
    WorkBudget budget_;
    CssCascade inlined_{budget_};
    std::vector<Edit> edits_;  // the <style> elements first
};

}  // namespace

Result<std::string, InlineError> inline_css(std::string_view html, const InlineLimits& limits,
                                            const std::stop_token& stop) {
    return Inliner(html, limits, stop).run();
}

}  // namespace paperround::email
