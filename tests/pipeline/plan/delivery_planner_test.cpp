#include "pipeline/plan/delivery_planner.hpp"

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "post/picture_store.hpp"
#include "post/post_store.hpp"
#include "queue/admin/closing_account.hpp"
#include "support/claiming.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::AddressVerdict;
using queue::DeliveryState;
using queue::OutcomeKind;
using test::PipelineFixture;

namespace {

struct PlannerFixture : PipelineFixture {
    PlannerFixture() { subscribe(3); }

    std::int64_t fanned_out(std::int64_t post) {
        const auto id = mailings->create_mailing({.newsletter = "notes",
                                                  .post_id = post,
                                                  .title = "A post",
                                                  .key = "k",
                                                  .not_before = clock.now()},
                                                 clock.now());
        while (prepare_deliveries() == queue::Remaining::some) {
        }
        return id.value();
    }
    queue::Remaining prepare_deliveries() {
        return test::committed(database, [&] { return planner.prepare_deliveries(clock.now()); });
    }
    // The next delivery of reader1 gets this refusal, and the planner is told its meaning.
    void refuse(AddressVerdict verdict) {
        const std::vector<std::string> notes{"notes"};
        for (const auto& delivery : test::claim_due(database, notes, 1000, clock.now())) {
            if (delivery.recipient != "reader1@example.org") {
                deliveries->release(delivery.id);
                continue;
            }
            const queue::Outcome outcome{
                .kind = OutcomeKind::perhaps_recipient, .code = 550, .text = "550 no"};
            const queue::Step step{.state = DeliveryState::bounced, .due = clock.now(), .verdict = verdict};
            CHECK(deliveries->record(delivery, outcome, step, "main", clock.now()));
            test::committed(database, [&] { planner.settle(delivery, outcome, step, clock.now()); });
        }
    }
    // Another reader of the mailing accepts it.
    void accept_another(std::int64_t mailing) {
        db::RawSql(database)
            .prepare("UPDATE deliveries SET state = 5 WHERE mailing_id = ?1 AND subscriber_id > 1")
            .bind(1, mailing)
            .run();
    }
    bool suppressed() { return audience::AudienceStore(database).is_suppressed("reader1@example.org"); }

    db::Database database = open();
    test::Committing<queue::MailingStore> mailings{database};
    test::Committing<queue::DeliveryStore> deliveries{database};
    test::Committing<queue::DropStore> drops{database};
    pipeline::DeliveryPlanner planner{database, settings, random, events};
};

}  // namespace

TEST_CASE_METHOD(PlannerFixture,
                 "a bad address is suppressed, and what waits for it in other mailings is dropped") {
    fanned_out(1);
    const auto second = fanned_out(2);
    mailings->pause(second, "so that only the first is under way");
    refuse(AddressVerdict::bad_address);
    CHECK(suppressed());
    CHECK(deliveries->progress(second).dropped == 1);
    CHECK(deliveries->progress(second).waiting == 2);
}

namespace {

// Reader 1's delivery of another, paused mailing is dropped because the first mailing bounced.
struct DroppedElsewhere : PlannerFixture {
    DroppedElsewhere() {
        first = fanned_out(1);
        second = fanned_out(2);
        mailings->pause(second, "so that only the first is under way");
    }
    void bounce() {
        refuse(AddressVerdict::bad_address);
        REQUIRE(state_in(second) == DeliveryState::suppressed);
    }
    // As the ledger does when the first mailing's refusals turn out to be about us.
    void take_back() {
        const auto rows = deliveries->take_back(first, 1, clock.now());
        REQUIRE(rows.size() == 1);
        test::committed(database, [&] { planner.taken_back(first, rows, clock.now()); });
    }
    void leave() {
        test::Committing<audience::AudienceStore>(database)->leave("notes", 1, clock.now());
        deliveries->withdraw("notes", 1, DeliveryState::cancelled, clock.now());
    }
    DeliveryState state_in(std::int64_t mailing) {
        return deliveries->deliveries_after(mailing, 0, 1).at(0).state;
    }
    std::int64_t first = 0;
    std::int64_t second = 0;
};

}  // namespace

TEST_CASE_METHOD(DroppedElsewhere, "what a bounce dropped elsewhere waits again once it is taken back") {
    bounce();
    take_back();
    CHECK_FALSE(suppressed());
    CHECK(state_in(first) == DeliveryState::queued);
    CHECK(state_in(second) == DeliveryState::queued);
    CHECK(deliveries->progress(second).waiting == 3);
    mailings->cancel(second, clock.now());
    while (deliveries->sweep_cancelled(1000, clock.now()) > 0) {
    }
    CHECK(deliveries->sweep_cancelled(1000, clock.now()) == 0);  // the sweep has ended
}

TEST_CASE_METHOD(DroppedElsewhere, "what bounces dropped elsewhere waits again once their breaker trips") {
    bounce();
    test::committed(database, [&] { planner.breaker_tripped(first); });
    CHECK_FALSE(suppressed());
    CHECK(state_in(second) == DeliveryState::queued);
}

TEST_CASE_METHOD(DroppedElsewhere, "a mailing that had ended by what was dropped goes on") {
    accept_another(second);
    mailings->settle(second, 2, clock.now());
    bounce();
    mailings->resume(second, clock.now());
    REQUIRE(mailings->mailing(second)->state == queue::MailingState::done);
    take_back();
    CHECK(mailings->mailing(second)->state == queue::MailingState::sending);
    CHECK_FALSE(mailings->mailing(second)->finished);
}

TEST_CASE_METHOD(DroppedElsewhere, "what waited for a person waits for one again") {
    db::RawSql(database).execute(
        "UPDATE deliveries SET state = 4 WHERE mailing_id = 2 AND subscriber_id = 1");
    bounce();
    take_back();
    CHECK(state_in(second) == DeliveryState::held);
}

TEST_CASE_METHOD(DroppedElsewhere, "who left after a bounce is not mailed once it is taken back") {
    bounce();
    leave();
    take_back();
    CHECK(state_in(first) == DeliveryState::left);
    CHECK(state_in(second) == DeliveryState::suppressed);
    CHECK(deliveries->progress(first).waiting == 2);
}

TEST_CASE_METHOD(DroppedElsewhere, "what a bounce dropped elsewhere stays so once the bounce stands") {
    bounce();
    mailings->cancel(first, clock.now());
    for (bool more = true; more;) {
        more = deliveries->sweep_cancelled(1000, clock.now()) > 0;
        more = prepare_deliveries() == queue::Remaining::some || more;
    }
    CHECK(drops->dropped_by(first).empty());
    test::committed(database, [&] { planner.breaker_tripped(first); });
    CHECK(suppressed());
    CHECK(state_in(second) == DeliveryState::suppressed);
}

TEST_CASE_METHOD(PlannerFixture, "one refusal that may mean the sender suppresses nobody") {
    fanned_out(1);
    refuse(AddressVerdict::maybe_bad_address);
    CHECK_FALSE(suppressed());
}

TEST_CASE_METHOD(PlannerFixture,
                 "the same refusal of another mailing suppresses once 72 hours lie between them") {
    fanned_out(1);
    refuse(AddressVerdict::maybe_bad_address);
    clock.advance(72h - 1ms);
    fanned_out(2);
    refuse(AddressVerdict::maybe_bad_address);
    CHECK_FALSE(suppressed());
    clock.advance(1ms);
    accept_another(fanned_out(3));
    refuse(AddressVerdict::maybe_bad_address);
    CHECK(suppressed());
}

TEST_CASE_METHOD(PlannerFixture, "a repeated refusal suppresses nobody while nobody at all is accepted") {
    fanned_out(1);
    refuse(AddressVerdict::maybe_bad_address);
    clock.advance(96h);
    fanned_out(2);
    refuse(AddressVerdict::maybe_bad_address);
    CHECK_FALSE(suppressed());
}

TEST_CASE_METHOD(PlannerFixture, "a fan-out of many chunks reaches everybody once") {
    subscribe(4001);
    const auto id = fanned_out(1);
    CHECK(deliveries->progress(id).waiting == 4001);
}

namespace {

struct AwaitedFixture : PlannerFixture {
    void found(std::int64_t awaited_for) {
        test::Committing<post::PostStore> posts(database);
        const auto source = posts->source("notes", "https://example.org/feed");
        const auto id =
            posts->record(source, {.id = "a", .title = "A"}, post::PostState::ready, {}, clock.now());
        test::Committing<post::PictureStore>(database)->await(
            id, clock.now() + std::chrono::seconds(awaited_for));
        awaited = id;
    }
    std::size_t mailings() {
        while (prepare_deliveries() == queue::Remaining::some) {
        }
        return post::PostStore(database).find(awaited)->state == post::PostState::mailed ? 1 : 0;
    }
    std::int64_t awaited = 0;
};

}  // namespace

TEST_CASE_METHOD(AwaitedFixture, "a post whose pictures are being looked at waits until that is done") {
    found(10);
    CHECK(mailings() == 0);
    test::Committing<post::PictureStore>(database)->keep(awaited, {});
    CHECK(mailings() == 1);
}
TEST_CASE_METHOD(AwaitedFixture, "a post whose pictures do not come waits ten seconds") {
    found(10);
    clock.advance(9s);
    CHECK(mailings() == 0);
    clock.advance(1s);
    CHECK(mailings() == 1);
}

TEST_CASE_METHOD(PlannerFixture, "a newsletter with a segment goes to those who match, and nobody else") {
    settings.newsletters.front().to = config::Segment::parse("email != 'reader2@example.org'").value();
    const auto mailing = fanned_out(1);
    CHECK(deliveries->progress(mailing).total() == 2);
}

TEST_CASE_METHOD(PlannerFixture, "who is suppressed when copies are made is counted with the mailing") {
    test::Committing<audience::AudienceStore>(database)->suppress(
        {"reader1@example.org", "bounced", "550", false, std::nullopt, clock.now()});
    const auto mailing = fanned_out(1);
    CHECK(deliveries->progress(mailing).total() == 2);
    CHECK(queue::ClosingAccount(database).without_delivery(mailing).passed_over == 1);
    CHECK_FALSE(queue::ClosingAccount(database).without_delivery(mailing).goes_on_behind);
}
