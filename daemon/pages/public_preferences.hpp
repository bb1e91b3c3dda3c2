// Connects the page with a reader's preferences to the running service.
#pragma once

#include <memory>

#include "pipeline/service/delivery_service.hpp"
#include "public/preferences.hpp"
#include "public/preferences_routes.hpp"

namespace paperround::daemon {

class PublicPreferences {
  public:
    // `clock` must outlive this object. `pages` may be null: where their templates cannot be read, which the web server
    // says.
    PublicPreferences(std::shared_ptr<pipeline::DeliveryService> service, const Clock& clock,
                      std::shared_ptr<const web::Pages> pages);

    // As long as this object lives; may be null.
    [[nodiscard]] web::Routes* routes() { return routes_.get(); }

  private:
    std::shared_ptr<pipeline::DeliveryService> service_;
    pages::Preferences preferences_;
    std::unique_ptr<pages::PreferencesRoutes> routes_;
};

}  // namespace paperround::daemon
