#include "daemon/pages/public_webhooks.hpp"

#include "pipeline/data/data_directory.hpp"

namespace paperround::daemon {

PublicWebhooks::PublicWebhooks(std::shared_ptr<pipeline::DeliveryService> service, const Clock& clock,
                               pipeline::Events& events)
    : service_(std::move(service)), http_(service_->settings().public_url) {
    if (service_->webhooks().empty()) return;
    intake_ = std::make_unique<pipeline::WebhookIntake>(
        pipeline::open_database(service_->settings().data_dir), service_->webhooks(), service_->signer(),
        clock, events, service_->recall(), http_);
    routes_ = std::make_unique<pages::WebhookRoutes>(*intake_, service_->settings().http.trusted_proxies);
}

}  // namespace paperround::daemon
