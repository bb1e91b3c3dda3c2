// Where mail services tell of bounces and complaints:
//
//   POST /hook/<name>            signed by the service, or with Basic authentication
//   POST /hook/<name>/<secret>   with a secret in the path, for services that sign nothing
//
// 200 once all that follows is committed; 401 without the secret; 403 for what is not signed, late or altered; 400 for
// what the service never sends; 404 for an unknown name; 413 above 1 MiB; 503, so that the service tries again, where
// the database or a certificate cannot be had, or too many others are being read.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "base/address/ip_network.hpp"
#include "pipeline/intake/webhook_intake.hpp"
#include "public/body_places.hpp"
#include "web/routes.hpp"

namespace paperround::pages {

inline constexpr std::string_view hook_path = "/hook/";
inline constexpr std::size_t hook_limit = 1U << 20U;  // octets; the largest batch of SendGrid has less

class WebhookRoutes final : public web::Routes {
  public:
    // `intake` must outlive this object and its answers.
    WebhookRoutes(pipeline::WebhookIntake& intake, std::vector<IpNetwork> trusted_proxies)
        : intake_(intake), trusted_proxies_(std::move(trusted_proxies)) {}

    [[nodiscard]] bool owns(std::string_view path) const override { return path.starts_with(hook_path); }
    [[nodiscard]] std::string_view methods() const override { return "POST"; }
    [[nodiscard]] web::Admission admit(const web::HttpRequest& head) override;

  private:
    pipeline::WebhookIntake& intake_;
    std::vector<IpNetwork> trusted_proxies_;
    std::shared_ptr<BodyPlaces> reading_ = std::make_shared<BodyPlaces>();
};

}  // namespace paperround::pages
