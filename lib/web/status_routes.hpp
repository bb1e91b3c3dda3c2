// What this is, and how it is:
//
//   GET  /            what this is
//   GET  /healthz     "ok", or 503 with what ails the daemon: the database cannot be written, say
//   GET  /readyz      "ready"; 503 before it has started, while it drains, and whenever /healthz is
#pragma once

#include <functional>
#include <string>

#include "web/pages.hpp"
#include "web/routes.hpp"

namespace paperround::web {

class StatusRoutes final : public Routes {
  public:
    // `pages` must outlive it and its answers. Asked from any thread: what ails the daemon, empty for nothing;
    // and whether it is at work, always without the function.
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
