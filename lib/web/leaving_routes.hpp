// The pages of the unsubscribe link in every mail:
//
//   GET  /u/<token>   a page with one button; changes nothing, since mail scanners follow links
//   POST /u/<token>   unsubscribes (RFC 8058 one-click, and the page's button); answers 200 without a redirect,
//                     also if it is repeated; 404 for a link that is not ours
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "web/pages.hpp"
#include "web/routes.hpp"
#include "web/unsubscribe_handler.hpp"

namespace paperround::web {

class LeavingRoutes final : public Routes {
  public:
    // `pages` must outlive this object and its answers. `on_failure` is called, from any thread, with what
    // went wrong after a reader had left.
    LeavingRoutes(std::shared_ptr<UnsubscribeHandler> unsubscribing, const Pages& pages,
                  std::function<void(const std::string&)> on_failure)
        : unsubscribing_(std::move(unsubscribing)), pages_(pages), on_failure_(std::move(on_failure)) {}

    [[nodiscard]] bool owns(std::string_view path) const override;
    [[nodiscard]] std::string_view methods() const override { return "GET, HEAD, POST"; }
    [[nodiscard]] Admission admit(const HttpRequest& head) override;

  private:
    std::shared_ptr<UnsubscribeHandler> unsubscribing_;
    const Pages& pages_;
    std::function<void(const std::string&)> on_failure_;
};

}  // namespace paperround::web
