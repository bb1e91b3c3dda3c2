#include "web/leaving_routes.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "web/form.hpp"

namespace paperround::web {

namespace {

constexpr std::string_view leaving_path = "/u/";
constexpr auto page_type = "text/html; charset=utf-8";

HttpResponse page(int status, std::string body) {
    return {.status = status, .type = page_type, .body = std::move(body)};
}

// A browser. The mail program or service that asks by one click shows its reader no answer (RFC 8058 §3.1), and there
// may be thousands a second.
bool shows_pages(const HttpRequest& request) {
    return ascii_lower(request.field("Accept")).find("text/html") != std::string::npos;
}

// The answers to one request.
struct Leaving {
    std::shared_ptr<UnsubscribeHandler> unsubscribing;
    const Pages& pages;
    std::function<void(const std::string&)> on_failure;
    std::string token;

    [[nodiscard]] HttpResponse nameless(int status, Page which, const HttpRequest& request) const {
        return page(status, pages.render(which, request.field("Accept-Language")));
    }

    [[nodiscard]] HttpResponse about(int status, Page which, const SubscriptionView& subscription) const {
        HttpResponse response = page(status, pages.render(which, subscription));
        response.fields.emplace_back("Content-Security-Policy",
                                     Pages::security_policy_of(response.body, subscription.look));
        return response;
    }

    [[nodiscard]] HttpResponse ask(const HttpRequest& request) const {
        const auto subscription = unsubscribing->describe(token);
        if (!subscription) return nameless(404, Page::unknown, request);
        return about(200, subscription->active ? Page::ask : Page::already, *subscription);
    }

    [[nodiscard]] HttpResponse leave(const HttpRequest& request) const {
        if (request.too_large) return nameless(413, Page::refused, request);
        // The wish counts even if the client has gone. An empty body means something only if it is known to
        // be complete.
        if ((request.complete || !request.body.empty()) &&
            asks_to_leave(request.field("Content-Type"), request.body)) {
            return done(request);
        }
        if (!request.complete) return nameless(400, Page::refused, request);
        const auto subscription = unsubscribing->describe(token);
        if (!subscription) return nameless(404, Page::unknown, request);
        return about(400, Page::incomplete, *subscription);
    }

    [[nodiscard]] HttpResponse done(const HttpRequest& request) const {
        const LeaveResult result = unsubscribing->leave(token);
        if (result == LeaveResult::unknown_link) return nameless(404, Page::unknown, request);
        if (!shows_pages(request)) {
            return {.status = 200,
                    .type = "text/plain; charset=utf-8",
                    .body = result == LeaveResult::left ? "left\n" : "had left already\n"};
        }
        // The reader has left. A page that cannot name the newsletter must not turn the answer into a
        // failure.
        std::optional<SubscriptionView> subscription;
        try {
            subscription = unsubscribing->describe(token);
        } catch (const std::exception& e) {
            if (on_failure) on_failure(e.what());
        }
        const Page which = result == LeaveResult::left ? Page::left : Page::already;
        return subscription ? about(200, which, *subscription) : nameless(200, which, request);
    }
};

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '-';
    });
}

}  // namespace

bool LeavingRoutes::owns(std::string_view path) const {
    return path.starts_with(leaving_path);
}

Admission LeavingRoutes::admit(const HttpRequest& head) {
    auto leaving = std::make_shared<Leaving>(
        Leaving{unsubscribing_, pages_, on_failure_, head.path.substr(leaving_path.size())});
    if (!is_token(leaving->token)) {
        return {.answer = [leaving](const HttpRequest& request) {
            return leaving->nameless(404, Page::absent, request);
        }};
    }
    if (head.method != "POST")
        return {.answer = [leaving](const HttpRequest& request) { return leaving->ask(request); }};
    return {.body_limit = form_limit,
            .answer = [leaving](const HttpRequest& request) { return leaving->leave(request); }};
}

}  // namespace paperround::web
