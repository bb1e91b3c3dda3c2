// A queue in memory with one newsletter and a few addressees.
#pragma once

#include "queue/queue_store.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

namespace paperround::test {

struct QueueFixture {
    QueueFixture() { queue::QueueStore::migrate(database); }

    db::Database database = db::Database::open(":memory:");
    test::Committing<queue::QueueStore> store{database};
    ManualClock clock;
    SeededRandom random;
    const std::vector<std::string> newsletters{"notes"};

    // A mailing of `newsletter` with deliveries to subscribers first … first + count - 1, ready to be
    // claimed.
    std::int64_t mailing_to(int count, std::int64_t post = 1, std::int64_t first = 1,
                            const std::string& newsletter = "notes",
                            queue::MailingKind kind = queue::MailingKind::newsletter) {
        const auto id = fanning_mailing(post, newsletter, kind);
        std::vector<queue::Addressee> addressees;
        for (int i = 0; i < count; ++i) {
            addressees.push_back({first + i, "reader" + std::to_string(first + i) + "@example.org"});
        }
        store->add_deliveries(id, addressees, clock.now());
        store->finish_fan_out(id, clock.now());
        return id;
    }

    // One that has begun and has no deliveries yet.
    std::int64_t fanning_mailing(std::int64_t post = 1, const std::string& newsletter = "notes",
                                 queue::MailingKind kind = queue::MailingKind::newsletter) {
        const auto id = store->create_mailing({.newsletter = newsletter,
                                               .kind = kind,
                                               .post_id = post,
                                               .title = "A post",
                                               .key = "k",
                                               .not_before = clock.now()},
                                              clock.now());
        store->start_due(clock.now());
        return id.value();
    }

    void record(const queue::Delivery& delivery, queue::OutcomeKind kind, queue::DeliveryState state,
                Duration waits = Duration(0)) {
        const bool ended = store->record(
            delivery, {.kind = kind, .code = 250},
            {.state = state, .due = clock.now(), .waits = waits, .counted = true}, "main", clock.now());
        if (ended) store->settle(delivery.mailing_id, 1, clock.now());
    }
};

}  // namespace paperround::test
