#include "daemon/pages/public_preferences.hpp"

#include "pipeline/data/data_directory.hpp"

namespace paperround::daemon {

PublicPreferences::PublicPreferences(std::shared_ptr<pipeline::DeliveryService> service, const Clock& clock,
                                     std::shared_ptr<const web::Pages> pages)
    : service_(std::move(service)),
      preferences_(pipeline::open_database(service_->settings().data_dir), service_->settings(),
                   service_->signer(), clock, &service_->recall()) {
    if (!pages) return;
    routes_ =
        std::make_unique<pages::PreferencesRoutes>(preferences_, std::move(pages), service_->settings());
}

}  // namespace paperround::daemon
