#include "web/status_routes.hpp"

#include <string_view>

namespace paperround::web {

namespace {

HttpResponse plain_line(int status, std::string text) {
    return {.status = status, .type = "text/plain", .body = std::move(text) + "\n"};
}

HttpResponse health(const std::function<std::string()>& ailment) {
    std::string why = ailment ? ailment() : "";
    return why.empty() ? plain_line(200, "ok") : plain_line(503, std::move(why));
}

}  // namespace

bool StatusRoutes::owns(std::string_view path) const {
    return path == "/" || path == "/healthz" || path == "/readyz";
}

Admission StatusRoutes::admit(const HttpRequest& head) {
    if (head.path == "/healthz")
        return {.answer = [ailment = ailment_](const HttpRequest&) { return health(ailment); }};
    if (head.path == "/readyz") {
        return {.answer = [ailment = ailment_, ready = ready_](const HttpRequest&) {
            auto answer = health(ailment);
            if (answer.status != 200) return answer;
            return !ready || ready() ? plain_line(200, "ready") : plain_line(503, "starting or stopping");
        }};
    }
    return {.answer = [&pages = pages_](const HttpRequest& request) {
        return HttpResponse{.type = "text/html; charset=utf-8",
                            .body = pages.render(Page::home, request.field("Accept-Language"))};
    }};
}

}  // namespace paperround::web
