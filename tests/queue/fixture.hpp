// A queue in memory with one newsletter and a few addressees.
#pragma once

#include "queue/store/attempt_store.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/digest_store.hpp"
#include "queue/store/drop_store.hpp"
#include "queue/store/limit_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/press_store.hpp"
#include "queue/store/queue_schema.hpp"
#include "queue/store/relay_store.hpp"
#include "queue/store/time_store.hpp"
#include "support/claiming.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

namespace paperround::test {

struct QueueFixture {
    QueueFixture() { queue::migrate_queue(database); }

    db::Database database = db::Database::open(":memory:");
    Committing<queue::MailingStore> mailings{database};
    Committing<queue::DeliveryStore> deliveries{database};
    Committing<queue::AttemptStore> attempts{database};
    Committing<queue::DropStore> drops{database};
    Committing<queue::LimitStore> limits{database};
    Committing<queue::RelayStore> relays{database};
    Committing<queue::DigestStore> digests{database};
    Committing<queue::PressStore> in_press{database};
    Committing<queue::TimeStore> times{database};
    queue::ClaimTurns turns;
    ManualClock clock;
    SeededRandom random;
    const std::vector<std::string> newsletters{"notes"};

    std::vector<queue::Delivery> claim(std::span<const std::string> of, std::size_t limit, Time now) {
        return claim_due(database, of, limit, now, turns);
    }
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
        deliveries->add_deliveries(id, addressees, clock.now());
        mailings->finish_fan_out(id, clock.now());
        return id;
    }

    // One that has begun and has no deliveries yet.
    std::int64_t fanning_mailing(std::int64_t post = 1, const std::string& newsletter = "notes",
                                 queue::MailingKind kind = queue::MailingKind::newsletter) {
        const auto id = mailings->create_mailing({.newsletter = newsletter,
                                                  .kind = kind,
                                                  .post_id = post,
                                                  .title = "A post",
                                                  .key = "k",
                                                  .not_before = clock.now()},
                                                 clock.now());
        mailings->start_due(clock.now());
        return id.value();
    }

    void record(const queue::Delivery& delivery, queue::OutcomeKind kind, queue::DeliveryState state,
                Duration waits = Duration(0)) {
        const bool ended = deliveries->record(
            delivery, {.kind = kind, .code = 250},
            {.state = state, .due = clock.now(), .waits = waits, .counted = true}, "main", clock.now());
        if (ended) mailings->settle(delivery.mailing_id, 1, clock.now());
    }
};

}  // namespace paperround::test
