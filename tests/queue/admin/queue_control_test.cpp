#include "queue/admin/queue_control.hpp"

#include <catch2/catch.hpp>

#include "queue/admin/address_pattern.hpp"
#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

struct ControlFixture : test::QueueFixture {
    QueueCount act(QueueAction action, const Selection& selection = {}, bool doubtful = false) {
        return QueueControl(database).apply(action, selection, doubtful, clock.now());
    }
    std::size_t claimable() { return claim(newsletters, 100, clock.now()).size(); }
    void defer(const Delivery& delivery, Duration wait) {
        deliveries->record(
            delivery, {.kind = OutcomeKind::deferred, .code = 451},
            {.state = DeliveryState::deferred, .due = clock.now() + wait, .waits = wait, .counted = true},
            "main", clock.now());
    }
    Selection to(std::string_view address) {
        return {.mailing_id = 0, .newsletter = {}, .recipient_like = pattern_of_address(address)};
    }
};

}  // namespace

TEST_CASE_METHOD(ControlFixture, "flush makes what is deferred due now") {
    mailing_to(3);
    const auto taken = claim(newsletters, 2, clock.now());
    defer(taken.at(0), 1h);
    defer(taken.at(1), 2h);
    CHECK(act(QueueAction::flush) == QueueCount{.changed = 2});
    CHECK(claimable() == 3);
}

TEST_CASE_METHOD(ControlFixture, "the time that flush spares a delivery does not run towards giving up") {
    mailing_to(1);
    defer(claim(newsletters, 1, clock.now()).at(0), 4h);
    clock.advance(1h);
    act(QueueAction::flush);
    const Delivery hastened = claim(newsletters, 1, clock.now()).at(0);
    CHECK(hastened.waited == 1h);
    defer(hastened, 4h);
    clock.advance(72h);
    act(QueueAction::flush);
    CHECK(claim(newsletters, 1, clock.now()).at(0).waited == 5h);
}

TEST_CASE_METHOD(ControlFixture, "flush leaves what may have arrived to its own time") {
    mailing_to(1);
    const auto taken = claim(newsletters, 1, clock.now()).at(0);
    deliveries->record(taken, {.kind = OutcomeKind::in_doubt},
                       {.state = DeliveryState::in_doubt, .due = clock.now() + 1h, .doubted = true}, "main",
                       clock.now());
    CHECK(act(QueueAction::flush) == QueueCount{.in_doubt = 1});
    CHECK(claimable() == 0);
}

TEST_CASE_METHOD(ControlFixture, "what is held is not sent until it is released") {
    const auto id = mailing_to(3);
    CHECK(act(QueueAction::hold, {.mailing_id = id}).changed == 3);
    CHECK(deliveries->progress(id).held == 3);
    CHECK(claimable() == 0);
    CHECK(act(QueueAction::hold, {.mailing_id = id}).changed == 0);
    CHECK(act(QueueAction::release, {.mailing_id = id}).changed == 3);
    CHECK(claimable() == 3);
}

TEST_CASE_METHOD(ControlFixture, "one address, one domain, one mailing or one newsletter is chosen") {
    const auto first = mailing_to(2);
    const auto second = mailing_to(2, 2, 1, "other");
    deliveries->add_deliveries(
        second, std::vector<Addressee>{{8, "a@sub.example.org"}, {9, "reader_@xample.org"}}, clock.now());
    CHECK(act(QueueAction::hold, to("reader1@example.org")).changed == 2);
    CHECK(act(QueueAction::release, {.mailing_id = first}).changed == 1);
    CHECK(act(QueueAction::hold, {.newsletter = "other"}).changed == 3);
    CHECK(act(QueueAction::release).changed == 4);
    const Selection domain{
        .mailing_id = 0, .newsletter = {}, .recipient_like = pattern_of_domain("example.org")};
    CHECK(act(QueueAction::hold, domain).changed == 4);  // neither the subdomain's nor the longer name's
}

TEST_CASE_METHOD(ControlFixture, "an underscore in an address stands for itself") {
    mailing_to(2);
    CHECK(act(QueueAction::hold, to("reader_@example.org")).changed == 0);
}

TEST_CASE_METHOD(ControlFixture, "what is being sent is left alone by hold, and still settles") {
    const auto id = mailing_to(2);
    const auto taken = claim(newsletters, 1, clock.now()).at(0);
    CHECK(act(QueueAction::hold) == QueueCount{.changed = 1, .sending = 1});
    record(taken, OutcomeKind::accepted, DeliveryState::sent);
    CHECK(deliveries->progress(id).sent == 1);
    CHECK(act(QueueAction::release).changed == 1);
    record(claim(newsletters, 1, clock.now()).at(0), OutcomeKind::accepted, DeliveryState::sent);
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(ControlFixture, "what is dropped is cancelled, and the last of it ends the mailing") {
    const auto id = mailing_to(3);
    const auto taken = claim(newsletters, 2, clock.now());
    record(taken.at(0), OutcomeKind::in_doubt, DeliveryState::held);
    record(taken.at(1), OutcomeKind::accepted, DeliveryState::sent);
    CHECK(act(QueueAction::drop).changed == 2);
    CHECK(deliveries->progress(id).dropped == 2);
    CHECK(deliveries->progress(id).sent == 1);
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(act(QueueAction::drop).changed == 0);
}

TEST_CASE_METHOD(ControlFixture, "dropping what is being sent recalls it, and counts it once") {
    const auto id = mailing_to(1);
    const auto taken = claim(newsletters, 1, clock.now()).at(0);
    CHECK(act(QueueAction::drop) == QueueCount{.changed = 1, .sending = 1});
    CHECK(deliveries->no_longer_sending(std::vector<std::int64_t>{taken.id}).size() == 1);
    record(taken, OutcomeKind::accepted, DeliveryState::sent);
    CHECK(deliveries->progress(id).sent == 1);
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(ControlFixture, "a held doubt is sent again only when that is asked for") {
    mailing_to(2);
    const auto taken = claim(newsletters, 2, clock.now());
    record(taken.at(0), OutcomeKind::in_doubt, DeliveryState::held);
    record(taken.at(1), OutcomeKind::deferred, DeliveryState::deferred);
    act(QueueAction::hold);
    CHECK(act(QueueAction::release) == QueueCount{.changed = 1, .in_doubt = 1});
    CHECK(claimable() == 1);
    CHECK(act(QueueAction::release, {}, true).changed == 1);
    CHECK(claimable() == 1);
}

TEST_CASE_METHOD(ControlFixture,
                 "what is released while its mailing is paused waits on, and that is counted") {
    const auto id = mailing_to(2);
    act(QueueAction::hold);
    mailings->pause(id, "by hand");
    CHECK(act(QueueAction::release) == QueueCount{.changed = 2, .paused = 2});
    CHECK(claimable() == 0);
}

TEST_CASE_METHOD(ControlFixture, "the time for which mail was held does not run towards giving up") {
    mailing_to(1);
    defer(claim(newsletters, 1, clock.now()).at(0), 1h);
    act(QueueAction::hold);
    act(QueueAction::release);
    CHECK(claim(newsletters, 1, clock.now()).at(0).waited == 0h);
}

TEST_CASE_METHOD(ControlFixture, "a long queue is worked through in pieces, each delivery once") {
    mailing_to(2500);
    CHECK(act(QueueAction::hold).changed == 2500);
    CHECK(act(QueueAction::drop).changed == 2500);
}

TEST_CASE_METHOD(ControlFixture, "nothing of a mailing that is over is touched") {
    const auto id = mailing_to(2);
    mailings->cancel(id, clock.now());
    CHECK(act(QueueAction::release).changed == 0);
    CHECK(act(QueueAction::hold).changed == 0);
}
