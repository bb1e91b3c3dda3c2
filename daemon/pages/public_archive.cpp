#include "daemon/pages/public_archive.hpp"

#include <algorithm>

#include "pipeline/data/data_directory.hpp"

namespace paperround::daemon {

PublicArchive::PublicArchive(std::shared_ptr<pipeline::DeliveryService> service,
                             std::shared_ptr<const web::Pages> pages)
    : service_(std::move(service)) {
    const config::Settings& settings = service_->settings();
    if (!pages || std::ranges::none_of(settings.newsletters, &config::Newsletter::archive)) return;
    archive_.emplace(pipeline::open_database(settings.data_dir));
    routes_ = std::make_unique<pages::ArchiveRoutes>(*archive_, std::move(pages), settings);
}

}  // namespace paperround::daemon
