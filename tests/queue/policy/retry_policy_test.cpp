#include "queue/policy/retry_policy.hpp"

#include <catch2/catch.hpp>

#include "support/seeded_random.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

// Always the middle of the range: intervals without jitter.
class NoJitter final : public Random {
  public:
    std::uint64_t next() override { return std::uint64_t{1} << 63U; }
};

const Time now = from_millis(1'790'000'000'000);

Step step_after(OutcomeKind kind, Delivery delivery = {}, config::OnDoubt on_doubt = config::OnDoubt::resend,
                std::optional<Time> relay_free = {}) {
    NoJitter random;
    return next_step(delivery, Outcome{.kind = kind}, config::Retry{}, on_doubt, relay_free, now, random);
}

const Duration give_up_after = config::Retry{}.give_up_after;

}  // namespace

TEST_CASE("an accepted delivery is sent, for good") {
    const Step step = step_after(OutcomeKind::accepted);
    CHECK(step.state == DeliveryState::sent);
    CHECK(step.verdict == AddressVerdict::nothing);
    CHECK(step.pause == PauseScope::none);
}

TEST_CASE("a recipient that does not exist bounces and is to be suppressed") {
    const Step step = step_after(OutcomeKind::rejected_recipient);
    CHECK(step.state == DeliveryState::bounced);
    CHECK(step.verdict == AddressVerdict::bad_address);
}

TEST_CASE("a refusal that may mean the sender bounces but suppresses nobody by itself") {
    const Step step = step_after(OutcomeKind::perhaps_recipient);
    CHECK(step.state == DeliveryState::bounced);
    CHECK(step.verdict == AddressVerdict::maybe_bad_address);
}

TEST_CASE("a policy refusal ends the delivery and leaves the recipient innocent") {
    const Step step = step_after(OutcomeKind::rejected_policy);
    CHECK(step.state == DeliveryState::refused);
    CHECK(step.verdict == AddressVerdict::nothing);
}

TEST_CASE("a deferred delivery counts an attempt and is due after the first interval") {
    const Step step = step_after(OutcomeKind::deferred);
    CHECK(step.state == DeliveryState::deferred);
    CHECK(step.counted);
    CHECK(step.due == now + 5min);
}

TEST_CASE("a dialogue out of step puts a delivery off and counts no attempt") {
    const Step step = step_after(OutcomeKind::protocol, Delivery{.attempts = 1});
    CHECK(step.state == DeliveryState::deferred);
    CHECK_FALSE(step.counted);
    CHECK(step.due == now + 10min);
}

TEST_CASE("retry intervals double up to four hours") {
    NoJitter random;
    const config::Retry retry;
    CHECK(retry_interval(retry, 1, random) == 5min);
    CHECK(retry_interval(retry, 2, random) == 10min);
    CHECK(retry_interval(retry, 3, random) == 20min);
    CHECK(retry_interval(retry, 6, random) == 160min);
    CHECK(retry_interval(retry, 7, random) == 4h);
    CHECK(retry_interval(retry, 4'000'000'000U, random) == 4h);
}

TEST_CASE("jitter stays within its share of the interval and is used") {
    test::SeededRandom random;
    const config::Retry retry;
    Duration least = 1h;
    Duration most = 0ms;
    for (int i = 0; i < 1000; ++i) {
        const Duration interval = retry_interval(retry, 1, random);
        least = std::min(least, interval);
        most = std::max(most, interval);
    }
    CHECK(least >= 4min);
    CHECK(most <= 6min);
    CHECK(most - least > 100s);
}

TEST_CASE("a server's \"try again in\" is honoured when it asks for longer") {
    NoJitter random;
    Outcome outcome{.kind = OutcomeKind::deferred, .retry_after = 30min};
    const auto due = [&] {
        return next_step({}, outcome, config::Retry{}, config::OnDoubt::resend, {}, now, random).due;
    };
    CHECK(due() == now + 30min);
    outcome.retry_after = 1min;
    CHECK(due() == now + 5min);
}

TEST_CASE("a delivery expires that has been put off for 48 hours, and not before") {
    const auto state = [](OutcomeKind kind, Duration waited) {
        return step_after(kind, Delivery{.attempts = 12, .tries = 12, .waited = waited}).state;
    };
    for (const OutcomeKind kind : {OutcomeKind::deferred, OutcomeKind::domain_slowed, OutcomeKind::protocol,
                                   OutcomeKind::perhaps_relay, OutcomeKind::session_limit,
                                   OutcomeKind::connections_limit, OutcomeKind::session_broken}) {
        CHECK(state(kind, 48h - 1ms) == DeliveryState::deferred);
        CHECK(state(kind, 48h) == DeliveryState::expired);
    }
}

TEST_CASE("what a delivery is put off for makes it older, whoever counts no attempt") {
    for (const OutcomeKind kind :
         {OutcomeKind::deferred, OutcomeKind::domain_slowed, OutcomeKind::perhaps_relay}) {
        const Step step = step_after(kind, Delivery{.attempts = 2});
        CHECK(step.due == now + 20min);
        CHECK(step.waits == 20min);
    }
}

TEST_CASE("what it waits for a relay, a quota or a doubt makes no delivery older") {
    for (const OutcomeKind kind : {OutcomeKind::relay_trouble, OutcomeKind::relay_quota,
                                   OutcomeKind::relay_slowed, OutcomeKind::in_doubt, OutcomeKind::withdrawn})
        CHECK(step_after(kind, {}, config::OnDoubt::resend, now + 2h).waits == 0ms);
}

TEST_CASE("the relay's trouble costs no attempt, never expires anyone, and waits for the relay") {
    const Delivery delivery{.attempts = 3, .waited = give_up_after};
    const Step step = step_after(OutcomeKind::relay_trouble, delivery, config::OnDoubt::resend, now + 20s);
    CHECK(step.state == DeliveryState::deferred);
    CHECK_FALSE(step.counted);
    CHECK(step.due == now + 20s);
}

TEST_CASE("a domain that slows us costs no attempt") {
    const Step step = step_after(OutcomeKind::domain_slowed, Delivery{.attempts = 1});
    CHECK(step.state == DeliveryState::deferred);
    CHECK_FALSE(step.counted);
    CHECK(step.due == now + 10min);
}

TEST_CASE("who was perhaps denied as a relay would be loses no attempt, and waits no longer than others") {
    const Step step = step_after(OutcomeKind::perhaps_relay, Delivery{.attempts = 1});
    CHECK(step.state == DeliveryState::deferred);
    CHECK_FALSE(step.counted);
    CHECK(step.due == now + 10min);
}

TEST_CASE("a doubt is sent again once, after an interval") {
    const Step first = step_after(OutcomeKind::in_doubt);
    CHECK(first.state == DeliveryState::in_doubt);
    CHECK(first.doubted);
    CHECK(first.due == now + 5min);
    CHECK(step_after(OutcomeKind::in_doubt, Delivery{.doubts = 1}).state == DeliveryState::held);
}

TEST_CASE("a doubt is left for a person where the operator wants that") {
    CHECK(step_after(OutcomeKind::in_doubt, {}, config::OnDoubt::hold).state == DeliveryState::held);
}

TEST_CASE("a message that the relay cannot take pauses its mailing, a sender all of the newsletter's") {
    const Step message = step_after(OutcomeKind::rejected_message);
    CHECK(message.state == DeliveryState::queued);
    CHECK_FALSE(message.counted);
    CHECK(message.pause == PauseScope::mailing);
    CHECK(step_after(OutcomeKind::rejected_sender).pause == PauseScope::newsletter);
}

TEST_CASE("a delivery that was withdrawn goes back untouched") {
    const Step step = step_after(OutcomeKind::withdrawn, Delivery{.attempts = 2});
    CHECK(step.state == DeliveryState::queued);
    CHECK_FALSE(step.counted);
}

TEST_CASE("a relay that asks for less leaves the delivery as it was") {
    const Step step = step_after(OutcomeKind::relay_slowed,
                                 Delivery{.attempts = 2, .doubts = 1, .tries = 7, .waited = give_up_after});
    CHECK(step.state == DeliveryState::queued);
    CHECK(step.due == now);
    CHECK_FALSE(step.counted);
}

TEST_CASE("a message that slows a relay down each time comes less and less often, and expires in the end") {
    const auto after = [](std::int64_t tries, Duration waited = 0h) {
        return step_after(OutcomeKind::relay_slowed, Delivery{.tries = tries, .waited = waited});
    };
    CHECK(after(8).waits == 5min);
    CHECK(after(9).waits == 10min);
    CHECK_FALSE(after(9).counted);
    CHECK(after(9, give_up_after).state == DeliveryState::expired);
}

TEST_CASE("a quota that is used up waits for the relay and counts for nobody") {
    const Step step = step_after(OutcomeKind::relay_quota, {}, config::OnDoubt::resend, now + 5min);
    CHECK(step.state == DeliveryState::deferred);
    CHECK(step.due == now + 5min);
    CHECK_FALSE(step.counted);
    CHECK(step.verdict == AddressVerdict::nothing);
}

TEST_CASE("what a broken session took along goes over another one at once and counts nothing") {
    const Step step = step_after(OutcomeKind::session_broken);
    CHECK(step.state == DeliveryState::queued);
    CHECK(step.due == now);
    CHECK_FALSE(step.counted);
    CHECK(step.verdict == AddressVerdict::nothing);
    CHECK(step.pause == PauseScope::none);
}

TEST_CASE("a message that breaks one session after the other comes less and less often and expires") {
    const auto after = [](std::int64_t tries, Duration waited = 0h) {
        return step_after(OutcomeKind::session_broken, Delivery{.tries = tries, .waited = waited});
    };
    CHECK(after(1).due == now + 5min);
    CHECK(after(2).due == now + 10min);
    CHECK(after(100).due == now + 4h);
    CHECK_FALSE(after(100).counted);
    CHECK(after(100, give_up_after).state == DeliveryState::expired);
}

TEST_CASE("a session's limit that was heard on a new session does not come again at once") {
    for (const OutcomeKind kind : {OutcomeKind::session_limit, OutcomeKind::connections_limit}) {
        const Step step = step_after(kind);
        CHECK(step.state == DeliveryState::deferred);
        CHECK(step.due == now + 5min);
        CHECK_FALSE(step.counted);
    }
}
