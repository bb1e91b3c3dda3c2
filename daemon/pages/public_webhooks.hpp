// Connects the webhooks of mail services to the running service.
#pragma once

#include <memory>

#include "net/curl_http_client.hpp"
#include "pipeline/intake/webhook_intake.hpp"
#include "pipeline/service/delivery_service.hpp"
#include "public/webhook_routes.hpp"

namespace paperround::daemon {

class PublicWebhooks {
  public:
    // The clock and the events must outlive this object.
    PublicWebhooks(std::shared_ptr<pipeline::DeliveryService> service, const Clock& clock,
                   pipeline::Events& events);

    // As long as this object lives; null where no webhook is configured.
    [[nodiscard]] web::Routes* routes() { return routes_.get(); }

  private:
    std::shared_ptr<pipeline::DeliveryService> service_;
    net::CurlHttpClient http_;
    std::unique_ptr<pipeline::WebhookIntake> intake_;
    std::unique_ptr<pages::WebhookRoutes> routes_;
};

}  // namespace paperround::daemon
