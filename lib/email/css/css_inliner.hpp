// A document's style sheets written into its style attributes, since many mail clients read nothing else.
// Pure.
//
// What a selector decides from the tree alone goes into the style attributes of the elements that it matches
// (css_selector.hpp), in the order of the cascade; what an attribute said before wins, except against
// !important. What cannot go there stays in one <style> in place of the first: @media, @supports,
// @font-face, :hover and the like, and selectors that are not understood; without the rules and selectors
// that match no element, unless they ask for a mail client's own elements or attributes (`[data-ogsc]`).
//
// An attribute wins over any style sheet, so declarations that stay are marked !important: a dark mode and a
// phone's layout are written as for a browser, and still hold when their light and wide counterparts have
// become attributes. For the same reason !important is taken off what goes into an attribute.
//
// All else stays as it is, octet by octet: merge marks (merge_text.hpp), conditional comments and the styles
// in them, <style> elements with a media attribute.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround::email {

struct InlineError {
    enum class Code {
        style_too_large,     // more style sheet than css_parser.hpp reads
        document_too_large,  // after inlining
        too_much_work,       // too many elements for so many rules
        interrupted,
    };
    Code code;
    std::string message;  // one line
};

struct InlineLimits {
    std::size_t output = 4U << 20U;  // octets
    std::size_t work = 20'000'000;   // units (base/work_budget.hpp): about a second
};

// `html` must be bounded in depth (html_tree.hpp).
[[nodiscard]] Result<std::string, InlineError> inline_css(std::string_view html,
                                                          const InlineLimits& limits = {},
                                                          const std::stop_token& stop = {});

}  // namespace paperround::email
