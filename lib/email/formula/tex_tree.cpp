#include "email/formula/tex_tree.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/formula/tex_symbols.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t deepest_tex = 40;
constexpr std::size_t most_tex_nodes = 20'000;

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// Sizes and styles, which a line has none of.
bool says_nothing(std::string_view command) {
    constexpr std::array<std::string_view, 24> names{
        "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "left",    "right",    "middle",
        "big",          "Big",       "bigg",        "Bigg",   "bigl",     "bigr",    "Bigl",     "Bigr",
        "biggl",        "biggr",     "Biggl",       "Biggr",  "mathop",   "mathrel", "nonumber", "notag"};
    return among(names, command);
}

bool is_style(std::string_view command) {
    constexpr std::array<std::string_view, 12> names{"mathbf",    "mathcal", "mathit",  "mathsf",
                                                     "mathfrak",  "mathscr", "bm",      "boldsymbol",
                                                     "underline", "boxed",   "mathbin", "pmb"};
    return among(names, command);
}

bool is_of_words(std::string_view command) {
    constexpr std::array<std::string_view, 10> names{"text",   "mathrm", "operatorname", "textbf", "textit",
                                                     "textrm", "mbox",   "mathtt",       "texttt", "ce"};
    return among(names, command);
}

std::string_view accent_of(std::string_view command) {
    constexpr std::array accents =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"bar", "\u00af"},
                                                                      {"ddot", "\u00a8"},
                                                                      {"dot", "\u02d9"},
                                                                      {"hat", "^"},
                                                                      {"overline", "\u00af"},
                                                                      {"tilde", "~"},
                                                                      {"vec", "\u2192"},
                                                                      {"widehat", "^"},
                                                                      {"widetilde", "~"},
                                                                      {"overrightarrow", "\u2192"}});
    const auto found = std::ranges::find(accents, command, &decltype(accents)::value_type::first);
    return found == accents.end() ? std::string_view{} : found->second;
}

// The sets of numbers.
std::string_view set_of(std::string_view letter) {
    constexpr std::array sets =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"C", "\u2102"},
                                                                      {"N", "\u2115"},
                                                                      {"P", "\u2119"},
                                                                      {"Q", "\u211a"},
                                                                      {"R", "\u211d"},
                                                                      {"Z", "\u2124"}});
    const auto found = std::ranges::find(sets, letter, &decltype(sets)::value_type::first);
    return found == sets.end() ? letter : found->second;
}

class TexParser {
  public:
    explicit TexParser(std::string_view tex) : rest_(tex) {}

    std::optional<std::vector<MathNode>> run() {
        nodes_.push_back({.name = "mrow"});
        row(0);
        if (!understood_ || !rest_.empty()) return std::nullopt;
        return std::move(nodes_);
    }

  private:
    std::size_t add(MathNode node) {
        if (nodes_.size() >= most_tex_nodes) understood_ = false;
        nodes_.push_back(std::move(node));
        return nodes_.size() - 1;
    }
    std::size_t leaf(std::string_view name, std::string_view text) {
        const std::size_t words = add({.text = std::string(text)});
        return add({.name = std::string(name), .children = {words}});
    }

    // Up to the `}` that ends it, or the end.
    void row(std::size_t into) {
        if (++depth_ > deepest_tex) understood_ = false;
        while (understood_ && !rest_.empty() && rest_.front() != '}') {
            if (is_ascii_space(rest_.front()) || rest_.front() == '~') {
                rest_.remove_prefix(1);
            } else if (rest_.front() == '^' || rest_.front() == '_') {
                script(into);
            } else if (const auto part = element()) {
                nodes_[into].children.push_back(*part);
            }
        }
        --depth_;
    }

    // An index or a power belongs to what stands before it.
    void script(std::size_t into) {
        const bool raises = rest_.front() == '^';
        rest_.remove_prefix(1);
        const std::size_t what = argument();
        if (nodes_[into].children.empty()) nodes_[into].children.push_back(add({.name = "mrow"}));
        const std::size_t base = nodes_[into].children.back();
        MathNode& before = nodes_[base];
        // A second power of the same has no meaning.
        if (before.name == "msubsup" || before.name == (raises ? "msup" : "msub")) {
            understood_ = false;
        } else if (raises && before.name == "msub") {
            before.name = "msubsup";
            before.children.push_back(what);
        } else if (!raises && before.name == "msup") {
            before.name = "msubsup";
            before.children.insert(before.children.begin() + 1, what);
        } else {
            const std::size_t whole = add({.name = raises ? "msup" : "msub", .children = {base, what}});
            nodes_[into].children.back() = whole;
        }
    }

    // One sign, one group or one command with what belongs to it.
    std::size_t argument() {
        if (++depth_ > deepest_tex) understood_ = false;
        const std::size_t part = understood_ ? argument_here() : 0;
        --depth_;
        return part;
    }

    std::size_t argument_here() {
        while (!rest_.empty() && is_ascii_space(rest_.front())) rest_.remove_prefix(1);
        // `x^23` raises the 2 alone.
        if (!rest_.empty() && is_ascii_digit(rest_.front())) {
            const std::string_view digit = rest_.substr(0, 1);
            rest_.remove_prefix(1);
            return leaf("mn", digit);
        }
        const auto part = rest_.empty() || rest_.front() == '}' ? std::nullopt : element();
        return part ? *part : add({.name = "mrow"});
    }

    std::optional<std::size_t> element() {
        const char c = rest_.front();
        if (c == '{') return group();
        if (c == '\\') return command();
        if (c == '&' || c == '$' || c == '#' || c == '%') return understood_ = false, std::nullopt;
        if (is_ascii_digit(c)) return number();
        const std::size_t length = std::max<std::size_t>(1, next_code_point(rest_).length);
        const std::string_view sign = rest_.substr(0, length);
        rest_.remove_prefix(length);
        if (sign == "'") return leaf("mi", "\u2032");
        if (sign == "-") return leaf("mo", "\u2212");
        return leaf(is_ascii_alpha(c) || length > 1 ? "mi" : "mo", sign);
    }

    std::size_t group() {
        rest_.remove_prefix(1);
        const std::size_t whole = add({.name = "mrow"});
        row(whole);
        if (rest_.starts_with('}')) {
            rest_.remove_prefix(1);
        } else {
            understood_ = false;
        }
        return whole;
    }

    std::size_t number() {
        std::size_t length = 1;
        while (length < rest_.size() && (is_ascii_digit(rest_[length]) || is_point_within(length))) ++length;
        const std::string_view digits = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return leaf("mn", digits);
    }
    [[nodiscard]] bool is_point_within(std::size_t at) const {
        return rest_[at] == '.' && at + 1 < rest_.size() && is_ascii_digit(rest_[at + 1]);
    }

    std::optional<std::size_t> command() {
        rest_.remove_prefix(1);
        const auto end = std::ranges::find_if_not(rest_, is_ascii_alpha) - rest_.begin();
        if (end == 0) return escaped();
        const std::string_view name = rest_.substr(0, static_cast<std::size_t>(end));
        rest_.remove_prefix(name.size());
        if (says_nothing(name)) return empty_delimiter(name), std::nullopt;
        if (name == "quad" || name == "qquad") return leaf("mtext", " ");
        if (const auto symbol = tex_symbol(name))
            return leaf(symbol->is_operator ? "mo" : "mi", symbol->text);
        return construct(name);
    }

    // `\left.` stands for no bracket.
    void empty_delimiter(std::string_view name) {
        if ((name == "left" || name == "right") && rest_.starts_with('.')) rest_.remove_prefix(1);
    }

    std::optional<std::size_t> escaped() {
        if (rest_.empty()) return std::nullopt;
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == ',' || c == ';' || c == ':' || c == ' ' || c == '>') return leaf("mtext", " ");
        if (c == '!') return std::nullopt;
        if (c == '|') return leaf("mo", "\u2016");
        constexpr std::string_view plain = "{}%$&#_";
        if (plain.find(c) == std::string_view::npos) return understood_ = false, std::nullopt;
        const std::string sign(1, c);
        return leaf("mo", sign);
    }

    std::optional<std::size_t> construct(std::string_view name) {
        if (name == "frac" || name == "dfrac" || name == "tfrac" || name == "cfrac") return pair("mfrac");
        if (name == "sqrt") return root();
        if (is_style(name)) return argument();
        if (name == "mathbb") return leaf("mi", set_of(words()));
        if (is_of_words(name)) return leaf("mtext", words());
        if (const auto accent = accent_of(name); !accent.empty()) {
            const std::size_t base = argument();
            return add({.name = "mover", .children = {base, leaf("mo", accent)}});
        }
        if (name == "label" || name == "tag") return words(), std::nullopt;
        understood_ = false;
        return std::nullopt;
    }

    std::size_t pair(std::string_view name) {
        const std::size_t first = argument();
        const std::size_t second = argument();
        return add({.name = std::string(name), .children = {first, second}});
    }

    std::size_t root() {
        if (!rest_.starts_with('[')) {
            const std::size_t of = argument();
            return add({.name = "msqrt", .children = {of}});
        }
        constexpr std::size_t longest = 16;
        const auto end = rest_.substr(0, longest).find(']');
        if (end == std::string_view::npos) return understood_ = false, 0;
        const std::string degree(trim(rest_.substr(1, end - 1)));
        rest_.remove_prefix(end + 1);
        const std::size_t of = argument();
        return add({.name = "mroot", .children = {of, leaf("mi", degree)}});
    }

    // What stands in braces, as it is written.
    std::string_view words() {
        rest_ = rest_.substr(std::min(rest_.find_first_not_of(" *"), rest_.size()));
        const auto end = rest_.find_first_of("{}$\\", 1);
        if (!rest_.starts_with('{') || end == std::string_view::npos || rest_[end] != '}')
            return understood_ = false, std::string_view{};
        const std::string_view inside = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return inside;
    }

    std::string_view rest_;
    std::vector<MathNode> nodes_;
    std::size_t depth_ = 0;
    bool understood_ = true;
};

}  // namespace

std::optional<std::vector<MathNode>> tex_tree(std::string_view tex) {
    return TexParser(tex).run();
}

}  // namespace paperround::email
