// Connects the public pages to the running service: checks signed links, and carries out departures through
// the pipeline.
#pragma once

#include <memory>

#include "base/mutex.hpp"
#include "db/database.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/service/delivery_service.hpp"
#include "web/unsubscribe_handler.hpp"

namespace paperround::daemon {

// Pages are made one at a time, from a database connection that they share; those who leave do not wait for them.
class UnsubscribeLinks final : public web::UnsubscribeHandler {
  public:
    explicit UnsubscribeLinks(std::shared_ptr<pipeline::DeliveryService> service)
        : service_(std::move(service)), database_(pipeline::open_database(service_->settings().data_dir)) {}

    [[nodiscard]] std::optional<web::SubscriptionView> describe(std::string_view token) override;
    [[nodiscard]] web::LeaveResult leave(std::string_view token) override;

  private:
    Mutex mutex_;
    std::shared_ptr<pipeline::DeliveryService> service_;
    db::Database database_ GUARDED_BY(mutex_);
};

}  // namespace paperround::daemon
