#include "daemon/pages/site.hpp"

#include "pipeline/data/data_directory.hpp"

namespace paperround::daemon {

Site::Site(const std::shared_ptr<pipeline::DeliveryService>& service, const JoiningMeans& means,
           pipeline::Events& events)
    : readers(service),
      hubs(service),
      joining(service, means),
      archive(service, means.pages),
      preferences(service, means.clock, means.pages),
      webhooks(service, means.clock, events) {
    if (means.pages == nullptr) return;  // which the web server says
    auto routes = std::make_unique<pages::TakenOverRoutes>(
        pipeline::open_database(service->settings().data_dir), service->signer(),
        std::shared_ptr<web::UnsubscribeHandler>(std::shared_ptr<void>(), &readers), means.pages);
    if (routes->any()) taken_over = std::move(routes);
}

std::vector<web::Routes*> Site::routes() {
    std::vector<web::Routes*> all{joining.routes(), archive.routes(), preferences.routes(), webhooks.routes(),
                                  taken_over.get()};
    std::erase(all, nullptr);
    return all;
}

}  // namespace paperround::daemon
