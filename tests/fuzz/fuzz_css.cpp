// Inlines an arbitrary style sheet into a document with arbitrary, cleaned HTML: merge marks survive, and the
// document stays complete.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "email/clean/html_cleaner.hpp"
#include "email/css/css_inliner.hpp"
#include "email/template/merge_text.hpp"

using namespace paperround;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

std::string document(std::string_view css, std::string_view body) {
    std::string html = "<!DOCTYPE html><html><head><style>";
    html += css;
    html +=
        "</style></head><body class=page><table id=t><tr><td class='sheet body' style='color:red;top:1px'>";
    html += email::mark_of(0);
    html += body;
    return html + "</td></tr></table><p class=footer>" + email::mark_of(1) + "</p></body></html>";
}

}  // namespace

// The style sheet ends at the first `<`; the HTML follows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input = email::without_marks({reinterpret_cast<const char*>(data), size});
    const std::size_t css_end = std::min(input.find('<'), input.size());
    const auto body = email::clean_html(std::string_view(input).substr(css_end), "https://example.org/post");
    if (!body) return 0;
    const auto out = email::inline_css(document(std::string_view(input).substr(0, css_end), body->html));
    if (!out) return 0;
    require(out->find(email::mark_of(0)) != std::string::npos);
    require(out->ends_with(email::mark_of(1) + "</p></body></html>"));
    return 0;
}
