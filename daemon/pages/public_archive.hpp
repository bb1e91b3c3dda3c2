// Connects the archive's public pages to the running service. Without a newsletter that has an archive there are none,
// and nothing is opened.
#pragma once

#include <memory>
#include <optional>

#include "pipeline/service/delivery_service.hpp"
#include "public/archive.hpp"
#include "public/archive_routes.hpp"

namespace paperround::daemon {

class PublicArchive {
  public:
    // `pages` may be null: where their templates cannot be read, which the web server says.
    PublicArchive(std::shared_ptr<pipeline::DeliveryService> service,
                  std::shared_ptr<const web::Pages> pages);

    // As long as this object lives; null where there are none.
    [[nodiscard]] web::Routes* routes() { return routes_.get(); }

  private:
    std::shared_ptr<pipeline::DeliveryService> service_;
    std::optional<pages::Archive> archive_;
    std::unique_ptr<pages::ArchiveRoutes> routes_;
};

}  // namespace paperround::daemon
