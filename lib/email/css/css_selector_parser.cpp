#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "email/css/css_selector.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t most_compounds = 32;

bool in_name(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_' || c == '\\' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::optional<long> number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > 9999 || value < -9999)
        return std::nullopt;
    return value;
}

// odd, even, 3, 2n, 2n+1, -n+3
std::optional<CssNthChild> nth(std::string_view written) {
    std::string text = ascii_lower(written);
    std::erase_if(text, is_ascii_space);
    if (text == "odd") return CssNthChild{2, 1};
    if (text == "even") return CssNthChild{2, 0};
    const auto n = text.find('n');
    if (n == std::string::npos) {
        const auto offset = number(text);
        return offset ? std::optional(CssNthChild{0, *offset}) : std::nullopt;
    }
    std::string step = text.substr(0, n);
    if (step.empty() || step == "+" || step == "-") step += '1';
    const std::string rest = text.substr(n + 1);
    const auto by = number(step);
    const auto offset = rest.empty() ? std::optional(0L) : number(rest);
    return by && offset ? std::optional(CssNthChild{*by, *offset}) : std::nullopt;
}

}  // namespace

class CssSelectorParser {
  public:
    explicit CssSelectorParser(std::string_view text) : rest_(trim(text)) {}

    std::optional<CssSelector> parse() {
        using enum CssCompound::Combinator;
        auto combinator = none;
        do {
            CssCompound compound;
            compound.combinator = combinator;
            if (!read_compound(compound) || selector_.compounds_.size() == most_compounds)
                return std::nullopt;
            selector_.compounds_.push_back(std::move(compound));
            combinator = read_combinator();
        } while (combinator != none);
        if (!rest_.empty()) return std::nullopt;
        return std::move(selector_);
    }

  private:
    CssCompound::Combinator read_combinator() {
        using enum CssCompound::Combinator;
        const bool space = !rest_.empty() && is_ascii_space(rest_.front());
        rest_ = trim(rest_);
        if (rest_.empty()) return none;
        const char c = rest_.front();
        if (c == '>' || c == '+') {
            rest_ = trim(rest_.substr(1));
            return c == '>' ? child : next_sibling;
        }
        return space ? descendant : none;
    }

    std::string read_name() {
        const auto end = std::ranges::find_if_not(rest_, in_name) - rest_.begin();
        std::string name(rest_.substr(0, static_cast<std::size_t>(end)));
        rest_.remove_prefix(name.size());
        // A class like `md\:w` is written with a backslash. Code points by number are too rare to matter.
        for (std::size_t at = name.find('\\'); at != std::string::npos; at = name.find('\\', at + 1)) {
            name.erase(at, 1);
            if (at == name.size() && !rest_.empty()) {
                name += rest_.front();
                rest_.remove_prefix(1);
                name += read_name();
                break;
            }
        }
        return name;
    }

    bool read_compound(CssCompound& compound) {
        bool any = false;
        std::size_t tests = 0;
        if (rest_.starts_with('*')) {
            rest_.remove_prefix(1);
            any = true;
        } else if (!rest_.empty() && in_name(rest_.front())) {
            compound.type = ascii_lower(read_name());
            ++selector_.specificity_.types;
            any = true;
        }
        while (!rest_.empty() && std::string_view("#.[:").find(rest_.front()) != std::string_view::npos) {
            const char kind = rest_.front();
            rest_.remove_prefix(1);
            if (++tests > CssSelector::most_tests || !read_simple(kind, compound)) return false;
            any = true;
        }
        return any;
    }

    bool read_simple(char kind, CssCompound& compound) {
        if (kind == '[') return read_attribute(compound);
        if (kind == ':') return read_pseudo(compound);
        std::string name = read_name();
        if (name.empty()) return false;
        if (kind == '.') {
            ++selector_.specificity_.classes;
            compound.classes.push_back(std::move(name));
            return true;
        }
        ++selector_.specificity_.ids;
        if (!compound.id.empty() && compound.id != name) return false;
        compound.id = std::move(name);
        return true;
    }

    bool read_attribute(CssCompound& compound) {
        const auto end = rest_.find(']');
        if (end == std::string_view::npos) return false;
        std::string_view inside = trim(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        ++selector_.specificity_.classes;
        CssAttributeTest test;
        const auto equals = inside.find('=');
        std::string_view name = inside.substr(0, equals);
        if (equals != std::string_view::npos) {
            std::string_view value = trim(inside.substr(equals + 1));
            if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0])
                value = value.substr(1, value.size() - 2);
            test.value = value;
            test.match = '=';
            if (!name.empty() && std::string_view("~|^$*").find(name.back()) != std::string_view::npos) {
                test.match = name.back();
                name.remove_suffix(1);
            }
        }
        if (test.value.size() > CssSelector::longest_value) return false;
        test.name = ascii_lower(trim(name));
        compound.attributes.push_back(std::move(test));
        const std::string& read = compound.attributes.back().name;
        return !read.empty() && std::ranges::all_of(read, in_name);
    }

    bool read_pseudo(CssCompound& compound) {
        const bool is_element = rest_.starts_with(':');
        if (is_element) rest_.remove_prefix(1);
        const std::string name = ascii_lower(read_name());
        if (name.empty()) return false;
        std::string_view argument;
        if (rest_.starts_with('(')) {
            const auto end = find_closing();
            if (!end) return false;
            argument = rest_.substr(1, *end - 1);
            rest_.remove_prefix(*end + 1);
        }
        ++(is_element ? selector_.specificity_.types : selector_.specificity_.classes);
        if (is_element || !structural(name, argument, compound)) selector_.decidable_ = false;
        return true;
    }

    [[nodiscard]] std::optional<std::size_t> find_closing() const {
        std::size_t open = 0;
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            if (rest_[at] == '(') ++open;
            if (rest_[at] == ')' && --open == 0) return at;
        }
        return std::nullopt;
    }

    static bool structural(std::string_view name, std::string_view argument, CssCompound& compound) {
        if (name == "first-child" || name == "only-child") compound.nth_children.push_back({0, 1});
        if (name == "last-child" || name == "only-child") compound.last_child = true;
        if (name == "nth-child") {
            const auto which = nth(argument);
            if (which) compound.nth_children.push_back(*which);
            return which.has_value();
        }
        return name == "first-child" || name == "last-child" || name == "only-child";
    }

    std::string_view rest_;
    CssSelector selector_;
};

std::optional<CssSelector> CssSelector::parse(std::string_view text) {
    return CssSelectorParser(text).parse();
}

}  // namespace paperround::email
