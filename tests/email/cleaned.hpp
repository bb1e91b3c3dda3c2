// A post's HTML as the cleaner leaves it, and as the text part says it.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "email/clean/html_cleaner.hpp"
#include "email/plain/text_part.hpp"

namespace paperround::test {

inline std::string clean(const std::string& html) {
    const auto result = email::clean_html(html, "https://example.org/post");
    REQUIRE(result.has_value());
    return result->html;
}

inline std::string text(const std::string& html) {
    const auto result = email::clean_html(html, "https://example.org/post");
    REQUIRE(result.has_value());
    return email::text_of(*result);
}

}  // namespace paperround::test
