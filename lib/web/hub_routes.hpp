// The callback addresses that WebSub hubs are given (W3C WebSub §5.3, §7):
//
//   GET  /websub/<id>   verification of intent: gives the challenge back as plain text, or 404
//   POST /websub/<id>   a push: 202 once it is stored or passed over, 410 where the subscription is over,
//                       404 for an id that is not ours, 413 past 10 MiB, 503 while others are busy with
//                       theirs
//
// Bodies are as large as a feed may be: none is read for an id that this program did not make, and few at
// once, so that readers who leave find a thread. Thread-safe.
#pragma once

#include <httplib.h>

#include <atomic>

#include "web/hub_callbacks.hpp"

namespace paperround::web {

inline constexpr std::size_t push_limit = 10UL << 20U;  // octets
inline constexpr int pushes_at_once = 3;
inline constexpr auto hub_path = "/websub/";
inline constexpr auto hub_route = "/websub/([A-Za-z0-9_-]+)";

class HubRoutes {
  public:
    // `hubs` must outlive it.
    explicit HubRoutes(HubCallbacks& hubs) : hubs_(hubs) {}

    // How large this request's body may be, by its line and fields alone; 0 where it is none of ours.
    [[nodiscard]] std::size_t body_limit(const httplib::Request& request) const;
    void confirm(const httplib::Request& request, httplib::Response& response) const;
    // `content_type` is that of the request, which the server may keep elsewhere.
    void receive(const httplib::Request& request, const std::string& content_type,
                 httplib::Response& response, const httplib::ContentReader& content_reader);

  private:
    HubCallbacks& hubs_;
    std::atomic<int> receiving_ = 0;
};

}  // namespace paperround::web
