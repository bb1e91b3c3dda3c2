#include "email/css/dark_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "base/work_budget.hpp"
#include "email/css/css_cascade.hpp"
#include "email/css/css_colour.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t most_pairs = 5;
constexpr std::size_t work = 20'000'000;
constexpr double lowest_contrast = 2.5;
constexpr Colour dark_text{255, 255, 255};  // where nothing is said

// The <style> elements, which stand in the head.
std::string sheets_of(const HtmlTree& tree) {
    struct Visitor {
        bool open(const GumboNode& node) {
            if (node.type != GUMBO_NODE_ELEMENT) return false;
            if (node.v.element.tag != GUMBO_TAG_STYLE) return true;
            const GumboVector& children = node.v.element.children;
            for (unsigned i = 0; i < children.length; ++i) {
                const auto* child = static_cast<const GumboNode*>(children.data[i]);
                if (is_text(*child)) css += child->v.text.text;
            }
            return false;
        }
        void close(const GumboNode& /*node*/) const {}
        std::string css;
    } visitor;
    tree.walk(visitor);
    return visitor.css;
}

bool is_of_the_dark(const CssRule& rule) {
    std::string condition = ascii_lower(rule.prelude);
    std::erase_if(condition, is_ascii_space);
    return rule.kind == CssRule::Kind::group &&
           condition.find("prefers-color-scheme:dark") != std::string::npos;
}

// True where the mail says anything of the dark.
bool add_dark_rules(const std::string& css, CssCascade& cascade) {
    const auto rules = parse_css(css);
    if (!rules) return false;
    for (const CssRule& group : *rules) {
        if (!is_of_the_dark(group)) continue;
        for (const CssRule& rule : group.rules) {
            if (rule.kind != CssRule::Kind::style) continue;
            for (const std::string_view text : split_selectors(rule.prelude)) {
                auto selector = CssSelector::parse(text);
                if (selector && selector->decidable()) cascade.add(std::move(*selector), rule.declarations);
            }
        }
    }
    return !cascade.empty();
}

struct Look {
    Colour text;
    Colour ground;
    bool hidden = false;
};

class ShownText {
  public:
    explicit ShownText(CssCascade& cascade) : cascade_(cascade) { looks_.push_back({dark_text, night}); }

    bool open(const GumboNode& node) {
        if (is_text(node)) return read(node.v.text.text), false;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        looks_.push_back(look_of(node));
        return true;
    }
    void close(const GumboNode& /*node*/) { looks_.pop_back(); }

    std::vector<std::string> lines;

  private:
    Look look_of(const GumboNode& node) {
        Look look = looks_.back();
        for (const CssDeclaration& said :
             cascade_.style_of(node, parse_declarations(attribute_of(node, "style").value_or("")))) {
            if (said.property == "display") look.hidden = look.hidden || ascii_iequals(said.value, "none");
            const bool ground = said.property == "background-color" || said.property == "background";
            if (!ground && said.property != "color") continue;
            const auto colour = parse_css_colour(said.value);
            if (!colour) continue;
            if (ground) {
                look.ground = laid_over(*colour, look.ground);
            } else {
                look.text = laid_over(*colour, look.ground);
            }
        }
        return look;
    }

    void read(std::string_view text) {
        const Look& look = looks_.back();
        if (look.hidden || lines.size() == most_pairs || trim(text).empty()) return;
        if (contrast(look.text, look.ground) >= lowest_contrast) return;
        const std::string pair = to_text(look.text) + " on " + to_text(look.ground);
        if (!seen_.insert(pair).second) return;
        constexpr std::size_t sample = 40;
        lines.push_back(
            fmt::format("in the dark \"{}\" is {}", utf8_prefix(collapse_spaces(text), sample), pair));
    }

    CssCascade& cascade_;
    std::vector<Look> looks_;
    std::set<std::string> seen_;
};

}  // namespace

std::vector<std::string> unreadable_in_the_dark(std::string_view html) {
    const HtmlTree tree(html);
    WorkBudget budget(work);
    CssCascade cascade(budget);
    if (!add_dark_rules(sheets_of(tree), cascade)) return {};
    ShownText shown(cascade);
    tree.walk(shown);
    return std::move(shown.lines);
}

}  // namespace paperround::email
