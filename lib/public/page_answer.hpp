// Pages as answers, with the Content-Security-Policy that each needs. Pure.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "web/http_message.hpp"
#include "web/pages.hpp"

namespace paperround::pages {

inline constexpr auto html_type = "text/html; charset=utf-8";

// About a newsletter, in its colours.
[[nodiscard]] web::HttpResponse page_answer(const web::Pages& pages, int status, web::Page which,
                                            const web::PageContent& content);
// About none, in the browser's language.
[[nodiscard]] web::HttpResponse nameless_answer(const web::Pages& pages, int status, web::Page which,
                                                const web::HttpRequest& request);

// The languages that a reader without a token wants, the preferred one first: what the page's address asks for, what
// the browser does, the newsletter's.
[[nodiscard]] std::string languages_of(const web::HttpRequest& request, const config::Newsletter& newsletter);

}  // namespace paperround::pages
