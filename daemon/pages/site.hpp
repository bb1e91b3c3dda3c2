// The web pages that belong to a service: a page that needs more than `web` knows is a member here, and in routes().
// Requests that began with it keep it, and it keeps the service. The constructor opens databases: db::Error.
#pragma once

#include <memory>
#include <vector>

#include "daemon/pages/public_archive.hpp"
#include "daemon/pages/public_hubs.hpp"
#include "daemon/pages/public_joining.hpp"
#include "daemon/pages/public_preferences.hpp"
#include "daemon/pages/public_webhooks.hpp"
#include "daemon/pages/unsubscribe_links.hpp"
#include "public/taken_over_routes.hpp"
#include "web/routes.hpp"

namespace paperround::daemon {

struct Site {
    Site(const std::shared_ptr<pipeline::DeliveryService>& service, const JoiningMeans& means,
         pipeline::Events& events);
    // The groups that there are, besides those of the two handlers, `readers` and `hubs`.
    [[nodiscard]] std::vector<web::Routes*> routes();

    UnsubscribeLinks readers;
    PublicHubs hubs;
    PublicJoining joining;
    PublicArchive archive;
    PublicPreferences preferences;
    PublicWebhooks webhooks;
    std::unique_ptr<pages::TakenOverRoutes> taken_over;  // null: there are no such links
};

}  // namespace paperround::daemon
