#include "web/hub_routes.hpp"

namespace paperround::web {

namespace {

constexpr auto plain_utf8 = "text/plain; charset=utf-8";

void refuse(httplib::Response& response, int status, const char* why) {
    response.status = status;
    response.set_content(why, plain_utf8);
}

// One of the pushes that are taken at once, for as long as it lives; or none, where they are all under way.
class Turn {
  public:
    explicit Turn(std::atomic<int>& taken) : taken_(taken), mine_(taken.fetch_add(1) < pushes_at_once) {}
    ~Turn() { taken_.fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return mine_; }

  private:
    std::atomic<int>& taken_;
    bool mine_;
};

std::string_view query_of(const httplib::Request& request) {
    const std::string_view target = request.target;
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

}  // namespace

std::size_t HubRoutes::body_limit(const httplib::Request& request) const {
    const std::string_view path = request.path;
    if (request.method != "POST" || !path.starts_with(hub_path)) return 0;
    return hubs_.knows(path.substr(std::string_view(hub_path).size())) ? push_limit : 0;
}

void HubRoutes::confirm(const httplib::Request& request, httplib::Response& response) const {
    const auto challenge = hubs_.confirm(request.matches[1].str(), query_of(request));
    if (!challenge) return refuse(response, 404, "no such subscription is meant\n");
    response.status = 200;
    response.set_content(*challenge, plain_utf8);
}

void HubRoutes::receive(const httplib::Request& request, const std::string& content_type,
                        httplib::Response& response, const httplib::ContentReader& content_reader) {
    const std::string id = request.matches[1].str();
    if (!hubs_.knows(id)) return refuse(response, 404, "there is no such callback\n");
    const Turn turn(receiving_);
    if (!turn) {
        response.set_header("Retry-After", "10");
        return refuse(response, 503, "other pushes are being read; send it again\n");
    }
    std::string body;
    bool too_large = false;
    const bool complete = content_reader([&](const char* data, std::size_t size) {
        too_large = body.size() + size > push_limit;
        if (!too_large) body.append(data, size);
        return !too_large;
    });
    if (too_large || response.status == 413) return refuse(response, 413, "larger than 10 MiB\n");
    if (!complete) return refuse(response, 400, "the body ended early\n");
    const std::string signature = request.get_header_value("X-Hub-Signature");
    if (!hubs_.receive(id, {.body = body, .content_type = content_type, .signature = signature})) {
        return refuse(response, 410, "the subscription is over\n");
    }
    response.status = 202;
}

}  // namespace paperround::web
