#include "pipeline/plan/departure.hpp"

#include <catch2/catch.hpp>

#include "audience/audience_store.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/data/data_directory.hpp"
#include "queue/admin/queue_control.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/claiming.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;

namespace {

// Two newsletters, one reader of both, and a waiting mailing of each.
struct DepartureFixture {
    DepartureFixture() {
        test::Committing<audience::AudienceStore> audience(database);
        test::Committing<queue::MailingStore> mailings(database);
        test::Committing<queue::DeliveryStore> deliveries(database);
        for (const std::string newsletter : {"notes", "other"}) {
            reader = audience->subscribe(newsletter, {.address = "ada@example.org"}, clock.now(), "test")
                         .subscriber_id;
            const auto mailing = mailings->create_mailing(
                {.newsletter = newsletter, .post_id = 1, .key = "k", .not_before = clock.now()}, clock.now());
            mailings->start_due(clock.now());
            deliveries->add_deliveries(*mailing, std::vector<queue::Addressee>{{reader, "ada@example.org"}},
                                       clock.now());
            mailings->finish_fan_out(*mailing, clock.now());
        }
    }
    std::int64_t dropped(std::int64_t mailing) {
        return queue::DeliveryStore(database).progress(mailing).dropped;
    }

    test::TempDir dir;
    test::ManualClock clock;
    db::Database database = pipeline::open_database(dir.path());
    queue::Recall recall;
    pipeline::Departure departure{database, clock, &recall};
    std::int64_t reader = 0;
};

}  // namespace

TEST_CASE_METHOD(DepartureFixture,
                 "leaving ends the subscription and cancels what waits, of that newsletter alone") {
    CHECK(departure.leave({.newsletter = "notes", .subscriber_id = reader}));
    CHECK_FALSE(audience::AudienceStore(database).is_active("notes", reader));
    CHECK(audience::AudienceStore(database).is_active("other", reader));
    CHECK(dropped(1) == 1);
    CHECK(dropped(2) == 0);
}

TEST_CASE_METHOD(DepartureFixture, "who cannot be taken off the queue has not left: both or neither") {
    db::RawSql(database).execute(
        "CREATE TRIGGER broken BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'broken'); END");
    CHECK_THROWS_AS(departure.leave({.newsletter = "notes", .subscriber_id = reader}), db::Error);
    CHECK(audience::AudienceStore(database).is_active("notes", reader));
    CHECK(dropped(1) == 0);
}

TEST_CASE_METHOD(DepartureFixture, "leaving twice is no error and changes nothing") {
    CHECK(departure.leave({.newsletter = "notes", .subscriber_id = reader}));
    CHECK_FALSE(departure.leave({.newsletter = "notes", .subscriber_id = reader}));
    CHECK(dropped(1) == 1);
}

TEST_CASE_METHOD(DepartureFixture, "what a courier holds is recalled before the reader gets an answer") {
    const auto held = test::claim_due(database, std::vector<std::string>{"notes"}, 1, clock.now()).at(0);
    CHECK(departure.leave({.newsletter = "notes", .subscriber_id = reader}));
    CHECK(recall.contains(held.id));
}

TEST_CASE_METHOD(DepartureFixture, "suppressing an address drops its deliveries of every newsletter") {
    departure.suppress("ada@example.org", "by hand", "asked by phone");
    CHECK(dropped(1) == 1);
    CHECK(dropped(2) == 1);
    CHECK_FALSE(audience::AudienceStore(database).is_active("other", reader));
}

TEST_CASE_METHOD(DepartureFixture, "an address that does not read the newsletter cannot be removed from it") {
    CHECK_FALSE(departure.remove("notes", "nobody@example.org"));
    CHECK(departure.remove("notes", "ada@example.org"));
    CHECK_FALSE(departure.remove("notes", "ada@example.org"));
}

TEST_CASE_METHOD(DepartureFixture, "what accompanies a removal is stored with it, or neither is") {
    const auto fails = [] { throw std::runtime_error("the disk is full"); };
    CHECK_THROWS_WITH(departure.remove("notes", "ada@example.org", fails), "the disk is full");
    CHECK(audience::AudienceStore(database).is_active("notes", reader));
    CHECK(dropped(1) == 0);
    bool ran = false;
    const auto runs = [&] { ran = database.in_transaction(); };
    CHECK_FALSE(departure.remove("notes", "nobody@example.org", runs));
    CHECK_FALSE(ran);
    CHECK(departure.remove("notes", "ada@example.org", runs));
    CHECK(ran);
}

TEST_CASE_METHOD(DepartureFixture, "several leave in one transaction, and each is told what was found") {
    const auto bob = test::Committing<audience::AudienceStore>(database)
                         ->subscribe("notes", {.address = "bob@example.org"}, clock.now(), "test")
                         .subscriber_id;
    const std::vector<audience::Token> tokens{{.newsletter = "notes", .subscriber_id = reader},
                                              {.newsletter = "notes", .subscriber_id = 999},
                                              {.newsletter = "notes", .subscriber_id = reader},
                                              {.newsletter = "notes", .subscriber_id = bob}};
    using pipeline::Left;
    db::Transaction transaction(database);
    const auto departed = pipeline::write_departures(database, tokens, clock.now());
    transaction.commit();
    CHECK(departed.left == std::vector{Left::now, Left::unknown, Left::before, Left::now});
    CHECK(departed.held.empty());
    CHECK_FALSE(audience::AudienceStore(database).is_active("notes", bob));
    CHECK(dropped(1) == 1);
}

TEST_CASE_METHOD(DepartureFixture,
                 "what was held for a reader who leaves is cancelled and cannot be released") {
    const auto everything = [&](queue::QueueAction action) {
        return queue::QueueControl(database).apply(action, {}, true, clock.now()).changed;
    };
    REQUIRE(everything(queue::QueueAction::hold) == 2);
    CHECK(departure.leave({.newsletter = "notes", .subscriber_id = reader}));
    CHECK(dropped(1) == 1);
    CHECK(queue::MailingStore(database).mailing(1)->state == queue::MailingState::done);
    CHECK(everything(queue::QueueAction::release) == 1);
    CHECK(test::claim_due(database, std::vector<std::string>{"notes"}, 9, clock.now()).empty());
}
