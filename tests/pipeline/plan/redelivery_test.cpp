#include "pipeline/plan/redelivery.hpp"

#include <catch2/catch.hpp>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/plan/departure.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/claiming.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;

namespace {

// A mailing that has ended, and its one reader, who bounced and was suppressed for that.
struct BouncedFixture {
    BouncedFixture() {
        test::Committing<audience::AudienceStore> audience(database);
        test::Committing<queue::MailingStore> mailings(database);
        test::Committing<queue::DeliveryStore> deliveries(database);
        const auto reader =
            audience->subscribe("notes", {.address = "ada@example.org"}, clock.now(), "test").subscriber_id;
        mailing =
            mailings
                ->create_mailing({.newsletter = "notes", .post_id = 1, .key = "k", .not_before = clock.now()},
                                 clock.now())
                .value();
        mailings->start_due(clock.now());
        deliveries->add_deliveries(mailing, std::vector<queue::Addressee>{{reader, "ada@example.org"}},
                                   clock.now());
        mailings->finish_fan_out(mailing, clock.now());
        const auto taken = test::claim_due(database, std::vector<std::string>{"notes"}, 1, clock.now()).at(0);
        deliveries->record(taken, {.kind = queue::OutcomeKind::rejected_recipient, .code = 550},
                           {.state = queue::DeliveryState::bounced, .due = clock.now()}, "main", clock.now());
        mailings->settle(mailing, 1, clock.now());
        audience->suppress({.address_key = address_key("ada@example.org"),
                            .reason = "bounced",
                            .evidence = "550 no such user",
                            .provisional = true,
                            .mailing_id = mailing,
                            .created_at = clock.now()});
        audience->confirm_provisional(mailing, 10);
    }
    pipeline::RedeliveryCount again(bool lift) {
        return pipeline::Redelivery(database, clock)
            .again(queue::MailingStore(database).mailing(mailing).value(), {.lift_suppressions = lift});
    }

    test::TempDir dir;
    test::ManualClock clock;
    db::Database database = pipeline::open_database(dir.path());
    std::int64_t mailing = 0;
};

}  // namespace

TEST_CASE_METHOD(BouncedFixture, "who bounced gets the mail again only when the suppression is lifted") {
    CHECK(again(false).queued == 0);
    CHECK(again(true).queued == 1);
}

TEST_CASE_METHOD(BouncedFixture, "who has complained since bouncing is not mailed again") {
    pipeline::Departure(database, clock, nullptr).suppress("ada@example.org", "complaint", "abuse report");
    const auto count = again(true);
    CHECK(count.queued == 0);
    CHECK(count.suppressed == 1);
    CHECK(audience::AudienceStore(database).find_suppression("ada@example.org")->reason == "complaint");
}

TEST_CASE_METHOD(BouncedFixture, "a complaint about this very mailing is not lifted with its bounces") {
    db::RawSql(database).execute("UPDATE suppressions SET reason = 'complaint'");
    CHECK(again(true).queued == 0);
    CHECK(audience::AudienceStore(database).is_suppressed("ada@example.org"));
}

TEST_CASE_METHOD(BouncedFixture, "who left since is not mailed again, whatever is lifted") {
    pipeline::Departure(database, clock, nullptr).remove("notes", "ada@example.org");
    const auto count = again(true);
    CHECK(count.queued == 0);
    CHECK(count.left == 1);
}
