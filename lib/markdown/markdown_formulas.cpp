#include "markdown/markdown_formulas.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace paperround::markdown {

namespace {

constexpr std::size_t longest_block = 4000;
constexpr std::size_t longest_formula = 300;

std::string_view block_at(std::string_view text) {
    const std::string_view window = text.substr(0, longest_block);
    const auto end = window.find("$$", 2);
    if (end == std::string_view::npos) return {};
    const std::string_view inside = window.substr(2, end - 2);
    if (inside.find("\n\n") != std::string_view::npos || trim(inside).empty()) return {};
    return window.substr(0, end + 2);
}

// What tells a formula from words between two prices.
bool has_sign_of_formula(std::string_view inside) {
    return inside.find_first_of("\\^_=*+<>{}") != std::string_view::npos ||
           (inside.size() == 1 && is_ascii_alpha(inside.front()));
}

// MathJax's: where nothing within is a sign of a formula, Markdown escapes a bracket with it.
std::string_view bracketed_at(std::string_view text, std::string_view end, std::size_t longest) {
    const std::string_view window = text.substr(0, longest);
    const auto at = window.find(end, 2);
    if (at == std::string_view::npos) return {};
    const std::string_view inside = window.substr(2, at - 2);
    const bool line = end == "\\)";
    if (inside.find(line ? "\n" : "\n\n") != std::string_view::npos) return {};
    if (inside.find_first_of("\\^_=") == std::string_view::npos) return {};
    const std::string_view formula = window.substr(0, at + end.size());
    // The label of a link.
    return text.substr(formula.size()).starts_with('(') ? std::string_view{} : formula;
}

}  // namespace

std::string_view formula_at(std::string_view text) {
    if (text.starts_with("\\(")) return bracketed_at(text, "\\)", longest_formula);
    if (text.starts_with("\\[")) return bracketed_at(text, "\\]", longest_block);
    if (!text.starts_with('$')) return {};
    if (text.starts_with("$$")) return block_at(text);
    std::string_view line = text.substr(0, longest_formula);
    line = line.substr(0, line.find('\n'));
    const auto end = line.find('$', 1);
    if (end == std::string_view::npos || end == 1) return {};
    const std::string_view inside = line.substr(1, end - 1);
    const bool spaced = is_ascii_space(inside.front()) || is_ascii_space(inside.back());
    const bool before_digit = end + 1 < text.size() && is_ascii_digit(text[end + 1]);
    if (spaced || before_digit || inside.find('`') != std::string_view::npos || !has_sign_of_formula(inside))
        return {};
    return line.substr(0, end + 1);
}

std::string marked_formula(std::string_view formula) {
    if (formula.starts_with("$$") || formula.starts_with('\\')) return std::string(formula);
    return "\\(" + std::string(formula.substr(1, formula.size() - 2)) + "\\)";
}

std::string escaped_for_markdown(std::string_view text) {
    constexpr std::string_view signs = R"(\`*_{}[]()<>#+-.!|~&=:"')";
    std::string out;
    for (const char c : text) {
        if (signs.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace paperround::markdown
