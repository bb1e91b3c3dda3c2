// Connects the public pages to the running service: checks signed links, and carries out departures through
// the pipeline.
#pragma once

#include <memory>

#include "base/mutex.hpp"
#include "db/database.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/plan/departure.hpp"
#include "pipeline/service/delivery_service.hpp"
#include "web/unsubscribe_handler.hpp"

namespace paperround::daemon {

// Serves one request at a time: each takes about a millisecond, and all share one database connection.
class UnsubscribeLinks final : public web::UnsubscribeHandler {
  public:
    // `clock` must outlive this object.
    UnsubscribeLinks(std::shared_ptr<pipeline::DeliveryService> service, const Clock& clock)
        : service_(std::move(service)),
          database_(pipeline::open_database(service_->settings().data_dir)),
          departure_(database_, clock, &service_->recall()) {}

    [[nodiscard]] std::optional<web::SubscriptionView> describe(std::string_view token) override;
    [[nodiscard]] web::LeaveResult leave(std::string_view token) override;

  private:
    Mutex mutex_;
    std::shared_ptr<pipeline::DeliveryService> service_;
    db::Database database_ GUARDED_BY(mutex_);
    pipeline::Departure departure_ GUARDED_BY(mutex_);
};

}  // namespace paperround::daemon
