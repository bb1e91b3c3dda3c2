#include "public/webhook_routes.hpp"

#include <string>
#include <utility>

#include "web/client_address.hpp"

namespace paperround::pages {

using pipeline::WebhookAnswer;
using pipeline::WebhookCall;
using web::HttpRequest;
using web::HttpResponse;

namespace {

constexpr auto plain_text = "text/plain; charset=utf-8";

HttpResponse in_words(int status, std::string words, web::HttpFields fields = {}) {
    return {.status = status, .type = plain_text, .body = std::move(words), .fields = std::move(fields)};
}

HttpResponse response_for(WebhookAnswer answer) {
    switch (answer) {
        case WebhookAnswer::taken:
            return in_words(200, "taken\n");
        case WebhookAnswer::unknown:
            return in_words(404, "there is no such webhook\n");
        case WebhookAnswer::unauthorised:
            return in_words(401, "the secret is missing or wrong\n",
                            {{"WWW-Authenticate", "Basic realm=\"webhook\""}});
        case WebhookAnswer::forged:
            return in_words(403, "not signed, late, or signed for something else\n");
        case WebhookAnswer::unreadable:
            return in_words(400, "not what this service sends\n");
        case WebhookAnswer::later:
            break;
    }
    return in_words(503, "this cannot be checked now; send it again\n", {{"Retry-After", "30"}});
}

// `path` is `/hook/<name>` or `/hook/<name>/<secret>`, without what a proxy may have before it in the request's own.
WebhookCall call_of(std::string_view path, const HttpRequest& request) {
    const std::string_view rest = path.substr(hook_path.size());
    const auto slash = rest.find('/');
    return {.name = rest.substr(0, slash),
            .secret = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1),
            .authorization = request.field("Authorization"),
            .sendgrid_signature = request.field("X-Twilio-Email-Event-Webhook-Signature"),
            .sendgrid_timestamp = request.field("X-Twilio-Email-Event-Webhook-Timestamp"),
            .body = request.body};
}

}  // namespace

web::Admission WebhookRoutes::admit(const HttpRequest& head) {
    if (const auto admitted = intake_.admit(call_of(head.path, head)); admitted != WebhookAnswer::taken)
        return {.answer = [admitted](const HttpRequest&) { return response_for(admitted); }};
    const auto place =
        BodyPlaces::take(reading_, web::client_of(head, trusted_proxies_), std::chrono::steady_clock::now());
    if (!place) {
        return {.answer = [](const HttpRequest&) {
            return in_words(503, "others are being read; send it again\n", {{"Retry-After", "10"}});
        }};
    }
    return {.body_limit = hook_limit,
            .answer =
                [this, place, path = head.path](const HttpRequest& request) {
                    place->arrived();
                    if (request.too_large) return in_words(413, "larger than 1 MiB\n");
                    if (!request.complete) return in_words(400, "the body ended early\n");
                    return response_for(intake_.take(call_of(path, request)));
                },
            .given_up = place->given_up()};
}

}  // namespace paperround::pages
