// Connects the public pages on which readers join to the running service, and sends the mails that ask them to
// confirm. Where nobody can ask, nothing is opened for the mails.
#pragma once

#include <memory>

#include "base/mutex.hpp"
#include "pipeline/service/delivery_service.hpp"
#include "public/confirmations.hpp"
#include "public/join_routes.hpp"
#include "public/joining.hpp"

namespace paperround::daemon {

// What it works with, besides the service; all of it outlives the PublicJoining.
struct JoiningMeans {
    const Clock& clock;
    Random& random;
    pages::ConfirmationEvents& events;
    std::filesystem::path installed_templates;
    // How long a mail waits for its turn before others are looked at, or a stop.
    Duration turn_patience = std::chrono::milliseconds(200);
    std::shared_ptr<const web::Pages>
        pages;  // null where their templates cannot be read, which the web server says
};

class PublicJoining {
  public:
    PublicJoining(std::shared_ptr<pipeline::DeliveryService> service, const JoiningMeans& means);

    // Sends mails from now on, until stop(). Only one of a data directory may be between the two.
    void start();
    // Waits so long for the mail that is being sent. The pages go on: who asks is mailed by the successor.
    void stop(Duration patience);

    // Once start() was called: until no mail is due. Nobody may call stop() meanwhile.
    void wait_until_none_due(const std::stop_token& stop);

    // The pages, as long as this object lives; null where their templates cannot be read.
    [[nodiscard]] web::Routes* routes() { return routes_.get(); }

  private:
    void wake();

    std::shared_ptr<pipeline::DeliveryService> service_;
    Mutex mutex_;
    std::unique_ptr<pages::Confirmations> sender_ GUARDED_BY(mutex_);
    pages::Joining joining_;
    std::unique_ptr<pages::JoinRoutes> routes_;
};

}  // namespace paperround::daemon
