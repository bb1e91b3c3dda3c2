#include "email/css/css_cascade.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "base/text.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

// What a declaration costs beside a test of a selector: it is sorted, compared, judged and written.
constexpr std::size_t units_per_declaration = 4;

std::string key_of(const CssCompound& subject) {
    if (!subject.id.empty()) return "#" + subject.id;
    if (!subject.classes.empty()) return "." + subject.classes.front();
    return subject.type;
}

// Double quotes would have to be written as &quot; in an attribute.
std::string single_quoted(const std::string& value) {
    return value.find('\'') == std::string::npos && value.find('\\') == std::string::npos
               ? replace_all(value, "\"", "'")
               : value;
}

struct Candidate {
    std::tuple<bool, bool, CssSpecificity> rank;  // important, of the style attribute, specificity
    const CssDeclaration* declaration;
};

}  // namespace

void CssCascade::add(CssSelector selector, const std::vector<CssDeclaration>& declarations) {
    by_key_[key_of(selector.subject())].push_back(rules_.size());
    rules_.push_back({std::move(selector), declarations});
}

void CssCascade::gather(std::string_view key, const GumboNode& node, std::vector<std::size_t>& found) {
    const auto rules = by_key_.find(key);
    if (rules == by_key_.end()) return;
    for (const std::size_t rule : rules->second) {
        if (!budget_->spend()) return;
        if (rules_[rule].selector.matches(node, *budget_)) found.push_back(rule);
    }
}

std::vector<std::size_t> CssCascade::matching(const GumboNode& node) {
    std::vector<std::size_t> found;
    if (const auto id = attribute_of(node, "id")) gather("#" + std::string(*id), node, found);
    std::string classes(attribute_of(node, "class").value_or(""));
    std::ranges::replace_if(classes, is_ascii_space, ' ');
    for (const std::string_view name : split(classes, ' ')) {
        if (name.empty()) continue;
        if (!budget_->spend()) break;
        gather("." + std::string(name), node, found);
    }
    gather(element_name(node), node, found);
    gather("", node, found);
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

bool CssCascade::applies_to(const GumboNode& node) {
    return !matching(node).empty();
}

std::vector<CssDeclaration> CssCascade::style_of(const GumboNode& node,
                                                 const std::vector<CssDeclaration>& attribute) {
    std::vector<Candidate> candidates;
    for (const std::size_t rule : matching(node)) {
        if (!budget_->spend(units_per_declaration * rules_[rule].declarations.size())) return attribute;
        for (const CssDeclaration& declaration : rules_[rule].declarations)
            candidates.push_back(
                {{declaration.important, false, rules_[rule].selector.specificity()}, &declaration});
    }
    if (candidates.empty()) return attribute;
    for (const CssDeclaration& declaration : attribute)
        candidates.push_back({{declaration.important, true, {}}, &declaration});
    std::ranges::stable_sort(candidates, {}, &Candidate::rank);
    // From the one that wins over all others on: what comes later for the same property has lost.
    std::vector<CssDeclaration> style;
    std::unordered_set<std::string_view> decided;
    for (auto candidate = candidates.rbegin(); candidate != candidates.rend(); ++candidate) {
        const CssDeclaration& winner = *candidate->declaration;
        if (style.size() == most_declarations) break;
        if (!decided.insert(winner.property).second) continue;
        style.push_back({winner.property, winner.value, winner.important && std::get<1>(candidate->rank)});
    }
    std::ranges::reverse(style);
    return style;
}

CssCascade cascade_of(std::string_view css, WorkBudget& budget) {
    CssCascade cascade(budget);
    const auto rules = parse_css(css, {.octets = 128U << 10U, .rules = 1000});
    if (!rules) return cascade;
    for (const CssRule& rule : *rules) {
        if (rule.kind != CssRule::Kind::style) continue;
        for (const std::string_view text : split_selectors(rule.prelude)) {
            auto selector = CssSelector::parse(text);
            if (selector && selector->decidable()) cascade.add(std::move(*selector), rule.declarations);
        }
    }
    return cascade;
}

std::string write_declarations(const std::vector<CssDeclaration>& declarations) {
    std::string out;
    for (const CssDeclaration& declaration : declarations) {
        if (!out.empty()) out += ';';
        out += declaration.property + ':' + single_quoted(declaration.value);
        if (declaration.important) out += "!important";
    }
    return out;
}

}  // namespace paperround::email
