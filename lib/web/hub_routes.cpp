#include "web/hub_routes.hpp"

#include <string_view>
#include <utility>

namespace paperround::web {

namespace {

constexpr std::string_view hub_path = "/websub/";
constexpr auto plain_utf8 = "text/plain; charset=utf-8";

HttpResponse plain(int status, std::string words, HttpFields fields = {}) {
    return {.status = status, .type = plain_utf8, .body = std::move(words), .fields = std::move(fields)};
}

// Holds one of the places for pushes that are received at the same time, for as long as it lives; or none if
// all are taken.
class Turn {
  public:
    explicit Turn(std::shared_ptr<std::atomic<int>> taken)
        : taken_(std::move(taken)), mine_(taken_->fetch_add(1) < pushes_at_once) {}
    ~Turn() { taken_->fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return mine_; }

  private:
    std::shared_ptr<std::atomic<int>> taken_;
    bool mine_;
};

HttpResponse confirm(HubCallbacks& hubs, const std::string& id, const HttpRequest& request) {
    auto challenge = hubs.confirm(id, request.query);
    return challenge ? plain(200, std::move(*challenge)) : plain(404, "no such subscription is meant\n");
}

HttpResponse receive(HubCallbacks& hubs, const std::string& id, const HttpRequest& request) {
    if (request.too_large) return plain(413, "larger than 10 MiB\n");
    if (!request.complete) return plain(400, "the body ended early\n");
    const HubPush push{.body = request.body,
                       .content_type = request.field("Content-Type"),
                       .signature = request.field("X-Hub-Signature")};
    return hubs.receive(id, push) ? HttpResponse{.status = 202} : plain(410, "the subscription is over\n");
}

}  // namespace

bool HubRoutes::owns(std::string_view path) const {
    return path.starts_with(hub_path);
}

Admission HubRoutes::admit(const HttpRequest& head) {
    std::string id = head.path.substr(hub_path.size());
    if (head.method == "GET") {
        return {.answer = [hubs = hubs_, id = std::move(id)](const HttpRequest& request) {
            return confirm(*hubs, id, request);
        }};
    }
    if (!hubs_->knows(id))
        return {.answer = [](const HttpRequest&) { return plain(404, "there is no such callback\n"); }};
    const auto turn = std::make_shared<Turn>(receiving_);
    if (!*turn) {
        return {.answer = [](const HttpRequest&) {
            return plain(503, "other pushes are being read; send it again\n", {{"Retry-After", "10"}});
        }};
    }
    return {.body_limit = push_limit,
            .answer = [hubs = hubs_, id = std::move(id), turn](const HttpRequest& request) {
                return receive(*hubs, id, request);
            }};
}

}  // namespace paperround::web
