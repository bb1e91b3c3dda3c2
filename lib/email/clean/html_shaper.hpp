// The cleaner's first pass (html_cleaner.hpp): only allow-listed tags with allow-listed attributes remain,
// bounded in number and depth, in a spelling that no parser can read differently. Says nothing about balance
// or URLs. The content of <style> elements is gathered aside.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "email/clean/clean_html.hpp"

namespace paperround::email {

struct ShapedHtml {
    std::string html;
    std::string css;
};

[[nodiscard]] Result<ShapedHtml, CleanError> shape_html(std::string_view html, const CleanLimits& limits);

}  // namespace paperround::email
