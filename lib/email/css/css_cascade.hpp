// Which declarations of a style sheet hold for an element (CSS Cascade: importance, the style attribute,
// specificity, order). For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/work_budget.hpp"
#include "email/css/css_parser.hpp"
#include "email/css/css_selector.hpp"

namespace paperround::email {

class CssCascade {
  public:
    // Each test of a selector and each declaration is paid from `budget`, which must outlive the cascade.
    // Where it ends, what is said from then on is incomplete.
    explicit CssCascade(WorkBudget& budget) : budget_(&budget) {}

    // Rules that are added later win over earlier ones of the same specificity.
    void add(CssSelector selector, const std::vector<CssDeclaration>& declarations);
    [[nodiscard]] bool empty() const { return rules_.empty(); }

    // One declaration for each property, at most `most_declarations`, those that win last: a longhand stands
    // behind the shorthand that it refines. `attribute` is what the element's style attribute says; only its
    // !important stays marked.
    [[nodiscard]] std::vector<CssDeclaration> style_of(const GumboNode& node,
                                                       const std::vector<CssDeclaration>& attribute);
    // Whether any rule applies.
    [[nodiscard]] bool applies_to(const GumboNode& node);

  private:
    struct Rule {
        CssSelector selector;
        std::vector<CssDeclaration> declarations;
    };
    [[nodiscard]] std::vector<std::size_t> matching(const GumboNode& node);
    void gather(std::string_view key, const GumboNode& node, std::vector<std::size_t>& found);

    std::vector<Rule> rules_;
    // Indices of rules by what their subject must have: `#id`, `.class`, a type, or nothing.
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_key_;
    WorkBudget* budget_;
};

// What a post's own style sheets say of its elements. One that is too large or broken says nothing.
[[nodiscard]] CssCascade cascade_of(std::string_view css, WorkBudget& budget);

// `color:red;margin:0` as it stands in a style attribute, before it is escaped.
[[nodiscard]] std::string write_declarations(const std::vector<CssDeclaration>& declarations);

}  // namespace paperround::email
