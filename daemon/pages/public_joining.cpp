#include "daemon/pages/public_joining.hpp"

#include <algorithm>

#include "audience/join_store.hpp"
#include "pipeline/data/data_directory.hpp"

namespace paperround::daemon {

namespace {

// Null where nobody can ask, and nobody is to be mailed or forgotten who once did.
std::unique_ptr<pages::Confirmations> sender_for(const std::shared_ptr<pipeline::DeliveryService>& service,
                                                 const JoiningMeans& means) {
    const config::Settings& settings = service->settings();
    auto database = pipeline::open_database(settings.data_dir);
    if (std::ranges::none_of(settings.newsletters, &config::Newsletter::subscribe) &&
        !audience::JoinStore(database).any_unconfirmed())
        return nullptr;
    return std::make_unique<pages::Confirmations>(
        std::move(database), pages::ConfirmationMeans{.settings = settings,
                                                      .relays = service->relays(),
                                                      .signing = service->signing(),
                                                      .signer = service->signer(),
                                                      .clock = means.clock,
                                                      .random = means.random,
                                                      .events = means.events,
                                                      .installed_templates = means.installed_templates,
                                                      .take_turn = [service, patience = means.turn_patience](
                                                                       const std::string& relay) {
                                                          return service->take_turn(relay, patience);
                                                      }});
}

}  // namespace

PublicJoining::PublicJoining(std::shared_ptr<pipeline::DeliveryService> service, const JoiningMeans& means)
    : service_(std::move(service)),
      sender_(sender_for(service_, means)),
      joining_([this] { return pipeline::open_database(service_->settings().data_dir); },
               service_->settings(), service_->signer(), means.clock, [this] { wake(); }) {
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

void PublicJoining::wait_until_none_due(const std::stop_token& stop) {
    const Lock lock(mutex_);
    if (sender_) sender_->wait_until_none_due(stop);
}

void PublicJoining::wake() {
    const Lock lock(mutex_);
    if (sender_) sender_->wake();
}

}  // namespace paperround::daemon
