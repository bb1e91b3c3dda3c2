#include "queue/policy/retry_policy.hpp"

#include <algorithm>

namespace paperround::queue {

namespace {

// A relay that asks for less says so to whoever comes next; to the same delivery as often as this, it is
// rather that message.
constexpr std::int64_t slowed_at_once = 8;

Step final_step(DeliveryState state, Time now, AddressVerdict verdict = AddressVerdict::nothing) {
    return {.state = state, .due = now, .counted = true, .verdict = verdict};
}

Duration wait_for(const Delivery& delivery, const Outcome& outcome, const config::Retry& retry,
                  Random& random) {
    const Duration interval = retry_interval(retry, delivery.attempts + 1, random);
    return outcome.retry_after ? std::max(interval, *outcome.retry_after) : interval;
}

// Put off for `wait`, which is the delivery's own time; or given up, where it has waited long enough.
Step put_off(const Delivery& delivery, const config::Retry& retry, Duration wait, Time now) {
    if (delivery.waited >= retry.give_up_after) return final_step(DeliveryState::expired, now);
    return {.state = DeliveryState::deferred, .due = now + wait, .waits = wait};
}

Step deferred_step(const Delivery& delivery, const Outcome& outcome, const config::Retry& retry, Time now,
                   Random& random) {
    Step step = put_off(delivery, retry, wait_for(delivery, outcome, retry, random), now);
    step.counted = true;
    return step;
}

Step doubtful_step(const Delivery& delivery, const config::Retry& retry, config::OnDoubt on_doubt, Time now,
                   Random& random) {
    const bool ask_a_person = on_doubt == config::OnDoubt::hold || delivery.doubts > 0;
    return {.state = ask_a_person ? DeliveryState::held : DeliveryState::in_doubt,
            .due = now + retry_interval(retry, delivery.attempts + 1, random),
            .counted = true,
            .doubted = true};
}

// Queued again at once; but what meets the same `at_once` times is left alone for longer each time, and
// expires in the end.
Step at_once_or_later(const Delivery& delivery, std::int64_t at_once, const config::Retry& retry, Time now,
                      Random& random) {
    if (delivery.tries < at_once) return {.due = now};
    constexpr std::int64_t longest_anyway = 32;
    const auto times = static_cast<unsigned>(std::min(delivery.tries - at_once + 1, longest_anyway));
    return put_off(delivery, retry, retry_interval(retry, times, random), now);
}

}  // namespace

Duration retry_interval(const config::Retry& retry, unsigned failures, Random& random) {
    Duration interval = retry.first;
    for (unsigned doubled = 1; doubled < failures && interval < retry.most; ++doubled) interval *= 2;
    interval = std::min(interval, retry.most);
    const double factor = 1.0 + retry.jitter * (2.0 * random.fraction() - 1.0);
    return Duration(static_cast<Duration::rep>(static_cast<double>(interval.count()) * factor));
}

Step next_step(const Delivery& delivery, const Outcome& outcome, const config::Retry& retry,
               config::OnDoubt on_doubt, std::optional<Time> relay_free, Time now, Random& random) {
    switch (outcome.kind) {
        case OutcomeKind::accepted:
            return final_step(DeliveryState::sent, now);
        case OutcomeKind::rejected_recipient:
            return final_step(DeliveryState::bounced, now, AddressVerdict::bad_address);
        case OutcomeKind::perhaps_recipient:
            return final_step(DeliveryState::bounced, now, AddressVerdict::maybe_bad_address);
        case OutcomeKind::rejected_policy:
            return final_step(DeliveryState::refused, now);
        case OutcomeKind::bounced_later:  // no courier says so
            return final_step(DeliveryState::bounced, now);
        case OutcomeKind::deferred:
            return deferred_step(delivery, outcome, retry, now, random);
        case OutcomeKind::in_doubt:
            return doubtful_step(delivery, retry, on_doubt, now, random);
        case OutcomeKind::domain_slowed:
        case OutcomeKind::protocol:
        case OutcomeKind::perhaps_relay:
        // The courier deals with the next two; one that came here all the same must not come again at once.
        case OutcomeKind::session_limit:
        case OutcomeKind::connections_limit:
            return put_off(delivery, retry, wait_for(delivery, outcome, retry, random), now);
        case OutcomeKind::relay_slowed:
            return at_once_or_later(delivery, slowed_at_once, retry, now, random);
        case OutcomeKind::session_broken:
            return at_once_or_later(delivery, 1, retry, now, random);
        case OutcomeKind::relay_trouble:
        case OutcomeKind::relay_quota:
            return {.state = DeliveryState::deferred, .due = relay_free.value_or(now)};
        case OutcomeKind::rejected_message:
            return {.due = now, .pause = PauseScope::mailing};
        case OutcomeKind::rejected_sender:
            return {.due = now, .pause = PauseScope::newsletter};
        case OutcomeKind::withdrawn:
            return {.due = now};
    }
    return {.due = now};
}

}  // namespace paperround::queue
