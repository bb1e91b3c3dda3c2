// Style sheets (CSS Syntax Level 3) as far as mail needs them: rules, their declarations, and what stands in
// @-rules. Pure, linear, bounded. What is broken is skipped as browsers skip it; comments are left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace paperround::email {

struct CssDeclaration {
    std::string property;  // lower case
    std::string value;     // on one line, without !important
    bool important = false;
    bool operator==(const CssDeclaration&) const = default;
};

struct CssRule {
    enum class Kind {
        style,     // prelude is the list of selectors
        group,     // @media, @supports: prelude is all up to the brace, rules what stands within
        verbatim,  // @font-face, @keyframes, @import …: prelude is the whole text
    };
    Kind kind = Kind::style;
    std::string prelude;
    std::vector<CssDeclaration> declarations;
    std::vector<CssRule> rules;
};

// Of one rule or one style attribute; what is said beyond is left out.
inline constexpr std::size_t most_declarations = 200;

struct CssError {
    std::string message;  // one line: which limit
};

struct CssLimits {
    std::size_t octets = 512U << 10U;
    std::size_t rules = 5000;
};

[[nodiscard]] Result<std::vector<CssRule>, CssError> parse_css(std::string_view text,
                                                               const CssLimits& limits = {});
// What stands in a style attribute, or between the braces of a rule: the first `most_declarations`.
[[nodiscard]] std::vector<CssDeclaration> parse_declarations(std::string_view text);
// `a, b:not(c, d)` in its two parts.
[[nodiscard]] std::vector<std::string_view> split_selectors(std::string_view list);

}  // namespace paperround::email
