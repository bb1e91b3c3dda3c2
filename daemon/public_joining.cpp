#include "daemon/public_joining.hpp"

#include <algorithm>

#include "pipeline/data/data_directory.hpp"

namespace paperround::daemon {

PublicJoining::PublicJoining(std::shared_ptr<pipeline::DeliveryService> service, const JoiningMeans& means)
    : service_(std::move(service)),
      sender_(std::make_unique<pages::Confirmations>(
          pipeline::open_database(service_->settings().data_dir),
          pages::ConfirmationMeans{.settings = service_->settings(),
                                   .relays = service_->relays(),
                                   .signing = service_->signing(),
                                   .signer = service_->signer(),
                                   .clock = means.clock,
                                   .random = means.random,
                                   .events = means.events,
                                   .installed_templates = means.installed_templates})),
      joining_(pipeline::open_database(service_->settings().data_dir), service_->settings(),
               service_->signer(), means.clock, [this] { wake(); }) {
    if (!means.pages) return;
    routes_ = std::make_unique<pages::JoinRoutes>(joining_, means.pages, service_->settings(),
                                                  service_->signer(), means.clock);
}

void PublicJoining::start() {
    const Lock lock(mutex_);
    if (sender_) sender_->start();
}

void PublicJoining::stop(Duration patience) {
    std::unique_ptr<pages::Confirmations> sender;
    {
        const Lock lock(mutex_);
        sender.swap(sender_);
    }
    if (sender) sender->stop(patience);
}

void PublicJoining::wake() {
    const Lock lock(mutex_);
    if (sender_) sender_->wake();
}

}  // namespace paperround::daemon
