#include "email/clean/html_cleaner.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/work_budget.hpp"
#include "email/clean/html_shaper.hpp"
#include "email/clean/html_writer.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/shortcodes.hpp"
#include "email/template/merge_text.hpp"

namespace paperround::email {

namespace {

Failure<CleanError> too_large(std::string_view what, std::size_t limit) {
    return failure(
        CleanError{CleanError::Code::too_large, fmt::format("{} is larger than {} KiB", what, limit / 1024)});
}

}  // namespace

Result<CleanHtml, CleanError> clean_html(std::string_view html, std::string_view base,
                                         const CleanLimits& limits, const std::stop_token& stop) {
    if (html.size() > limits.input) return too_large("the post's HTML", limits.input);
    auto shaped = shape_html(with_shortcodes_read(without_marks(html)), limits);
    if (!shaped) return failure(shaped.error());
    // With a doctype the tree builder follows the rules that mail clients follow, not those of 1998.
    const std::string document = "<!DOCTYPE html>" + shaped->html;
    const HtmlTree tree(document);
    WorkBudget budget(limits.work, stop);
    auto written = write_html(tree, base, shaped->css, limits, budget);
    if (budget.end() == WorkBudget::End::interrupted)
        return failure(CleanError{CleanError::Code::interrupted, "interrupted by a stop"});
    if (budget.end() == WorkBudget::End::exhausted) {
        return failure(CleanError{CleanError::Code::too_complex,
                                  "the post has too many elements for so much style sheet"});
    }
    if (!written) return too_large("the post's cleaned HTML", limits.output);
    return CleanHtml{std::move(*written)};
}

}  // namespace paperround::email
