// Selectors (Selectors Level 3) that can be decided from a tree alone: type, universal, class, id, attribute,
// :first-child, :last-child, :only-child, :nth-child; joined by descendant, child and next-sibling
// combinators. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/work_budget.hpp"

namespace paperround::email {

struct CssSpecificity {
    unsigned ids = 0;
    unsigned classes = 0;  // and attributes and pseudo-classes
    unsigned types = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison with 0 in it for one of ours
    auto operator<=>(const CssSpecificity&) const = default;
};

struct CssAttributeTest {
    std::string name;  // lower case
    char match =
        '\0';  // '=' whole, '~' word, '|' prefix of words, '^' begin, '$' end, '*' part; NUL: it is there
    std::string value;
};

// Every `step`th child, counted from the `offset`th (An+B).
struct CssNthChild {
    long step = 0;
    long offset = 1;
};

// What one element must be.
struct CssCompound {
    enum class Combinator { none, descendant, child, next_sibling };
    Combinator combinator = Combinator::none;  // to the compound on the left
    std::string type;                          // lower case; empty: any
    std::string id;
    std::vector<std::string> classes;
    std::vector<CssAttributeTest> attributes;
    std::vector<CssNthChild> nth_children;
    bool last_child = false;
};

class CssSelector {
  public:
    // Nothing for what is no selector, for combinators that are not known here, and for what asks more of one
    // element than any style sheet does (`most_tests`, `longest_value`).
    [[nodiscard]] static std::optional<CssSelector> parse(std::string_view text);

    // `node` is an element. False where the budget ends.
    [[nodiscard]] bool matches(const GumboNode& node, WorkBudget& budget) const;
    // False where it asks for more than the tree can tell (:hover, ::before): then it matches as though that
    // did not stand there.
    [[nodiscard]] bool decidable() const { return decidable_; }
    [[nodiscard]] const CssSpecificity& specificity() const { return specificity_; }
    // What the element itself must be.
    [[nodiscard]] const CssCompound& subject() const { return compounds_.back(); }

    static constexpr std::size_t most_tests = 16;      // of one compound
    static constexpr std::size_t longest_value = 256;  // octets that an attribute is compared with

  private:
    friend class CssSelectorParser;
    std::vector<CssCompound> compounds_;  // from left to right, at least one
    CssSpecificity specificity_;
    bool decidable_ = true;
};

// Lower case.
[[nodiscard]] std::string element_name(const GumboNode& node);

}  // namespace paperround::email
