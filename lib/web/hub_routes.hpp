// The callback addresses that WebSub hubs are given (W3C WebSub §5.3, §7):
//
//   GET  /websub/<id>   verification of intent: returns the challenge as plain text, or 404
//   POST /websub/<id>   a push: 202 once it is stored or ignored, 410 if the subscription has ended,
//                       404 for an id that is not ours, 413 above 10 MiB, 503 while too many other
//                       pushes are received
//
// A body may be as large as a feed. No body is kept for an id that this program did not make, and only few at
// once, so that readers who unsubscribe find room. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "web/hub_callbacks.hpp"
#include "web/routes.hpp"

namespace paperround::web {

inline constexpr std::size_t push_limit = 10UL << 20U;  // octets
inline constexpr int pushes_at_once = 3;

class HubRoutes final : public Routes {
  public:
    explicit HubRoutes(std::shared_ptr<HubCallbacks> hubs) : hubs_(std::move(hubs)) {}

    [[nodiscard]] bool owns(std::string_view path) const override;
    [[nodiscard]] std::string_view methods() const override { return "GET, POST"; }
    [[nodiscard]] Admission admit(const HttpRequest& head) override;

  private:
    std::shared_ptr<HubCallbacks> hubs_;
    std::shared_ptr<std::atomic<int>> receiving_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace paperround::web
