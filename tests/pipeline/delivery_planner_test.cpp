#include "pipeline/delivery_planner.hpp"

#include "pipeline/fixture.hpp"
#include "queue/queue_store.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::OutcomeKind;
using queue::Verdict;
using test::PipelineFixture;

namespace {

struct PlannerFixture : PipelineFixture {
    PlannerFixture() { subscribe(3); }

    std::int64_t fanned_out(std::int64_t post) {
        const auto id = queue.create_mailing({.newsletter = "notes",
                                              .post_id = post,
                                              .title = "A post",
                                              .key = "k",
                                              .not_before = clock.now()},
                                             clock.now());
        while (planner.prepare_deliveries(clock.now())) {
        }
        return id.value();
    }
    // The next delivery of reader1 meets this refusal, and the planner is told what it means.
    void refuse(Verdict verdict) {
        const std::vector<std::string> notes{"notes"};
        for (const auto& delivery : queue.claim(notes, 1000, clock.now())) {
            if (delivery.recipient != "reader1@example.org") {
                queue.release(delivery.id);
                continue;
            }
            const queue::Outcome outcome{
                .kind = OutcomeKind::perhaps_recipient, .code = 550, .text = "550 no"};
            const queue::Step step{.state = DeliveryState::bounced, .due = clock.now(), .verdict = verdict};
            CHECK(queue.record(delivery, outcome, step, "main", clock.now()));
            planner.settle(delivery, outcome, step, clock.now());
        }
    }
    // Another reader of the mailing got it.
    void accept_another(std::int64_t mailing) {
        database.prepare("UPDATE deliveries SET state = 5 WHERE mailing_id = ?1 AND subscriber_id > 1")
            .bind(1, mailing)
            .run();
    }
    bool suppressed() { return audience::AudienceStore(database).is_suppressed("reader1@example.org"); }

    db::Database database = open();
    queue::QueueStore queue{database};
    pipeline::DeliveryPlanner planner{database, settings, random, events};
};

}  // namespace

TEST_CASE_METHOD(PlannerFixture,
                 "a bad address is suppressed, and what waits for it in other mailings is dropped") {
    fanned_out(1);
    const auto second = fanned_out(2);
    queue.pause(second, "so that only the first is under way");
    refuse(Verdict::bad_address);
    CHECK(suppressed());
    CHECK(queue.progress(second).dropped == 1);
    CHECK(queue.progress(second).waiting == 2);
}

TEST_CASE_METHOD(PlannerFixture, "one refusal that may mean the sender suppresses nobody") {
    fanned_out(1);
    refuse(Verdict::maybe_bad_address);
    CHECK_FALSE(suppressed());
}

TEST_CASE_METHOD(PlannerFixture,
                 "the same refusal of another mailing suppresses once 72 hours lie between them") {
    fanned_out(1);
    refuse(Verdict::maybe_bad_address);
    clock.advance(72h - 1ms);
    fanned_out(2);
    refuse(Verdict::maybe_bad_address);
    CHECK_FALSE(suppressed());
    clock.advance(1ms);
    accept_another(fanned_out(3));
    refuse(Verdict::maybe_bad_address);
    CHECK(suppressed());
}

TEST_CASE_METHOD(PlannerFixture, "a repeated refusal suppresses nobody while nobody at all is accepted") {
    fanned_out(1);
    refuse(Verdict::maybe_bad_address);
    clock.advance(96h);
    fanned_out(2);
    refuse(Verdict::maybe_bad_address);
    CHECK_FALSE(suppressed());
}

TEST_CASE_METHOD(PlannerFixture, "a fan-out of many chunks reaches everybody once") {
    subscribe(4001);
    const auto id = fanned_out(1);
    CHECK(queue.progress(id).waiting == 4001);
}
