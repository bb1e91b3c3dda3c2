// A desk with one newsletter, "notes", over the relay "main", and a clock that the test moves.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "control/desk.hpp"
#include "queue/admin/action_log.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

struct DeskFixture {
    [[nodiscard]] config::Settings made_settings() const {
        config::Settings made;
        made.data_dir = dir.path();
        config::Relay relay;
        relay.name = "main";
        made.relays = {relay};
        config::Newsletter newsletter;
        newsletter.name = "notes";
        newsletter.relay = "main";
        made.newsletters = {newsletter};
        return made;
    }
    [[nodiscard]] db::Database& database() { return desk.database(); }

    // A mailing that is being sent to so many readers, numbered from 1 on: r1@example.org ...
    std::int64_t mailing_to(int readers) {
        test::Committing<queue::MailingStore> mailings(database());
        test::Committing<queue::DeliveryStore> deliveries(database());
        const auto id = mailings
                            ->create_mailing({.newsletter = "notes",
                                              .post_id = ++last_post,
                                              .title = "The first post",
                                              .key = "k" + std::to_string(last_post),
                                              .not_before = clock.now()},
                                             clock.now())
                            .value();
        mailings->start_due(clock.now());
        std::vector<queue::Addressee> addressees;
        for (int i = 1; i <= readers; ++i)
            addressees.push_back({i, "r" + std::to_string(i) + "@example.org"});
        deliveries->add_deliveries(id, addressees, clock.now());
        mailings->finish_fan_out(id, clock.now());
        return id;
    }
    // Who did what, of what, and what became of it: the oldest first.
    [[nodiscard]] std::vector<std::string> actions() {
        std::vector<std::string> lines;
        for (const queue::Action& action : queue::ActionLog(database()).newest(100)) {
            lines.insert(lines.begin(),
                         action.actor + ": " + action.action + ", " + action.subject + ": " + action.result);
        }
        return lines;
    }

    TempDir dir;
    ManualClock clock;
    std::int64_t last_post = 0;
    config::Settings settings = made_settings();
    control::Desk desk{settings, clock, "anna"};
};

}  // namespace paperround::test
