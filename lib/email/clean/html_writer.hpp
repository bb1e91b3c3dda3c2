// The cleaner's second pass: writes what a mail may hold of the tree of a post. For this library's sources only.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/work_budget.hpp"
#include "email/clean/clean_html.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

// `base`: the post's link; `css`: its style sheets. Nothing where it would be larger than the limits allow, or
// where the budget has ended.
[[nodiscard]] std::optional<std::string> write_html(const HtmlTree& tree, std::string_view base,
                                                    std::string_view css, const CleanLimits& limits,
                                                    WorkBudget& budget);

}  // namespace paperround::email
