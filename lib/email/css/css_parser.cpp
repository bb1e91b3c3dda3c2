#include "email/css/css_parser.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t deepest_bracket = 32;

// The length of the string at the front, quotes included; an unescaped line end breaks it off.
std::size_t string_length(std::string_view text) {
    std::size_t at = 1;
    while (at < text.size() && text[at] != text[0]) {
        if (text[at] == '\n') return at;
        at += text[at] == '\\' ? 2 : 1;
    }
    return std::min(text.size(), at + 1);
}

// A space for each comment, so that what it parted stays apart.
std::string without_comments(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        std::size_t length = 1;
        if (text.starts_with("/*")) {
            const auto end = text.find("*/", 2);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
            out += ' ';
            continue;
        }
        if (text[0] == '"' || text[0] == '\'') length = string_length(text);
        if (text[0] == '\\') length = std::min<std::size_t>(2, text.size());
        out += text.substr(0, length);
        text.remove_prefix(length);
    }
    return out;
}

// Where the first of `stops` stands outside of strings and brackets; the text's size where none does.
std::size_t find_outside(std::string_view text, std::string_view stops) {
    std::string closing;  // the brackets that are open
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (closing.empty() && stops.find(c) != std::string_view::npos) return at;
        if (c == '"' || c == '\'') {
            at += string_length(text.substr(at));
            continue;
        }
        if (c == '(' || c == '[' || c == '{') {
            if (closing.size() < deepest_bracket) closing += c == '(' ? ')' : c == '[' ? ']' : '}';
        } else if (!closing.empty() && c == closing.back()) {
            closing.pop_back();
        }
        at += c == '\\' ? 2 : 1;
    }
    return text.size();
}

// Takes all up to the first of `stops` off the front, and that character too.
std::string_view take_until(std::string_view& text, std::string_view stops) {
    const std::size_t end = find_outside(text, stops);
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    return taken;
}

void skip_blank(std::string_view& text) {
    for (;;) {
        text = trim(text);
        if (text.starts_with("<!--")) {
            text.remove_prefix(4);
        } else if (text.starts_with("-->")) {
            text.remove_prefix(3);
        } else {
            return;
        }
    }
}

// Takes `!important` off the end.
bool take_important(std::string_view& value) {
    const auto mark = value.rfind('!');
    if (mark == std::string_view::npos || !ascii_iequals(trim(value.substr(mark + 1)), "important"))
        return false;
    value = trim(value.substr(0, mark));
    return true;
}

class SheetParser {
  public:
    explicit SheetParser(std::size_t most_rules) : most_rules_(most_rules) {}

    [[nodiscard]] bool too_many() const { return count_ > most_rules_; }

    std::vector<CssRule> rules(std::string_view text, bool in_group) {
        std::vector<CssRule> found;
        for (skip_blank(text); !text.empty() && !too_many(); skip_blank(text)) {
            ++count_;
            if (text.starts_with('@')) {
                at_rule(text, in_group, found);
            } else {
                style_rule(text, found);
            }
        }
        return found;
    }

  private:
    static void style_rule(std::string_view& text, std::vector<CssRule>& found) {
        std::string selectors = collapse_spaces(take_until(text, "{"));
        auto declarations = parse_declarations(take_until(text, "}"));
        if (selectors.empty() || declarations.empty()) return;
        found.push_back({CssRule::Kind::style, std::move(selectors), std::move(declarations), {}});
    }

    void at_rule(std::string_view& text, bool in_group, std::vector<CssRule>& found) {
        const std::size_t head = find_outside(text, "{;");
        std::string prelude = collapse_spaces(text.substr(0, head));
        const bool has_block = head < text.size() && text[head] == '{';
        text.remove_prefix(std::min(text.size(), head + 1));
        if (!has_block) {
            if (!ascii_istarts_with(prelude, "@charset"))
                found.push_back({CssRule::Kind::verbatim, prelude + ";", {}, {}});
            return;
        }
        const std::string_view block = take_until(text, "}");
        const bool group = ascii_istarts_with(prelude, "@media") || ascii_istarts_with(prelude, "@supports");
        if (group && !in_group) {
            found.push_back({CssRule::Kind::group, std::move(prelude), {}, rules(block, true)});
        } else {
            std::string whole = fmt::format("{}{{{}}}", prelude, collapse_spaces(block));
            found.push_back({CssRule::Kind::verbatim, std::move(whole), {}, {}});
        }
    }

    std::size_t most_rules_;
    std::size_t count_ = 0;
};

}  // namespace

Result<std::vector<CssRule>, CssError> parse_css(std::string_view text, const CssLimits& limits) {
    if (text.size() > limits.octets)
        return failure(CssError{fmt::format("a style sheet is larger than {} KiB", limits.octets / 1024)});
    SheetParser parser(limits.rules);
    const std::string bare = without_comments(text);
    auto rules = parser.rules(bare, false);
    if (parser.too_many())
        return failure(CssError{fmt::format("a style sheet has more than {} rules", limits.rules)});
    return rules;
}

std::vector<CssDeclaration> parse_declarations(std::string_view text) {
    const std::string bare = without_comments(text);
    std::string_view rest = bare;
    std::vector<CssDeclaration> found;
    while (!rest.empty() && found.size() < most_declarations) {
        const std::string_view whole = take_until(rest, ";");
        const auto colon = whole.find(':');
        if (colon == std::string_view::npos || find_outside(whole, "{}") != whole.size()) continue;
        const std::string_view name = trim(whole.substr(0, colon));
        std::string_view value = trim(whole.substr(colon + 1));
        const bool important = take_important(value);
        const bool named = !name.empty() && std::ranges::none_of(name, is_ascii_space);
        if (named && !value.empty()) found.push_back({ascii_lower(name), collapse_spaces(value), important});
    }
    return found;
}

std::vector<std::string_view> split_selectors(std::string_view list) {
    std::vector<std::string_view> selectors;
    while (!list.empty()) selectors.push_back(trim(take_until(list, ",")));
    return selectors;
}

}  // namespace paperround::email
