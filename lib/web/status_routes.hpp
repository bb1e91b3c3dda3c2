// What this program is, and whether it works:
//
//   GET  /            what this program is
//   GET  /healthz     "ok", or 503 with what is wrong, for example that the database cannot be written
//   GET  /readyz      "ready"; 503 before the daemon has started, while it drains, and whenever /healthz is 503
#pragma once

#include <functional>
#include <string>

#include "web/pages.hpp"
#include "web/routes.hpp"

namespace paperround::web {

class StatusRoutes final : public Routes {
  public:
    // `pages` must outlive this object and its answers. Both functions are called from any thread: `ailment`
    // returns what is wrong (empty: nothing), `ready` whether the daemon works (without it: always).
    StatusRoutes(const Pages& pages, std::function<std::string()> ailment, std::function<bool()> ready)
        : pages_(pages), ailment_(std::move(ailment)), ready_(std::move(ready)) {}

    [[nodiscard]] bool owns(std::string_view path) const override;
    [[nodiscard]] std::string_view methods() const override { return "GET, HEAD"; }
    [[nodiscard]] Admission admit(const HttpRequest& head) override;

  private:
    const Pages& pages_;
    std::function<std::string()> ailment_;
    std::function<bool()> ready_;
};

}  // namespace paperround::web
