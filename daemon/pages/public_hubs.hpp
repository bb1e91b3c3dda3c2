// Connects the web's hub callbacks to the running service's pipeline.
#pragma once

#include <memory>

#include "pipeline/service/delivery_service.hpp"
#include "web/hub_callbacks.hpp"

namespace paperround::daemon {

class PublicHubs final : public web::HubCallbacks {
  public:
    explicit PublicHubs(std::shared_ptr<pipeline::DeliveryService> service)
        : service_(std::move(service)), intake_(service_->hub_intake()) {}

    [[nodiscard]] bool knows(std::string_view id) override { return intake_.knows(id); }
    [[nodiscard]] std::optional<std::string> confirm(std::string_view id, std::string_view query) override {
        return intake_.confirm(id, query);
    }
    [[nodiscard]] bool receive(std::string_view id, const web::HubPush& push) override {
        return intake_.receive(id, {push.body, push.content_type, push.signature});
    }

  private:
    std::shared_ptr<pipeline::DeliveryService> service_;
    pipeline::HubIntake& intake_;
};

}  // namespace paperround::daemon
