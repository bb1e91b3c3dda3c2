#include "public/page_answer.hpp"

#include <fmt/format.h>

#include "public/page_query.hpp"

namespace paperround::pages {

web::HttpResponse page_answer(const web::Pages& pages, int status, web::Page which,
                              const web::PageContent& content) {
    web::HttpResponse response{.status = status, .type = html_type, .body = pages.render(which, content)};
    response.fields.emplace_back("Content-Security-Policy",
                                 web::Pages::security_policy_of(response.body, content.look));
    return response;
}

web::HttpResponse nameless_answer(const web::Pages& pages, int status, web::Page which,
                                  const web::HttpRequest& request) {
    return {
        .status = status, .type = html_type, .body = pages.render(which, request.field("Accept-Language"))};
}

std::string languages_of(const web::HttpRequest& request, const config::Newsletter& newsletter) {
    return fmt::format("{},{},{}", wanted_language(request.query),
                       request.field("Accept-Language").substr(0, 100), newsletter.language);
}

}  // namespace paperround::pages
