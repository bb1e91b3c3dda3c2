#include "queue/retry_policy.hpp"

#include <algorithm>

namespace paperround::queue {

namespace {

Step final_step(DeliveryState state, Time now, Verdict verdict = Verdict::nothing) {
    return {.state = state, .due = now, .counted = true, .verdict = verdict};
}

Duration wait_for(const Delivery& delivery, const Outcome& outcome, const config::Retry& retry,
                  Random& random) {
    const Duration interval = retry_interval(retry, delivery.attempts + 1, random);
    return outcome.retry_after ? std::max(interval, *outcome.retry_after) : interval;
}

bool out_of_time(const Delivery& delivery, const config::Retry& retry, const RelaySituation& relay) {
    return delivery.started_uptime && relay.uptime - *delivery.started_uptime >= retry.give_up_after;
}

Step deferred_step(const Delivery& delivery, const Outcome& outcome, const config::Retry& retry,
                   const RelaySituation& relay, Time now, Random& random) {
    if (out_of_time(delivery, retry, relay)) return final_step(DeliveryState::expired, now);
    return {.state = DeliveryState::deferred,
            .due = now + wait_for(delivery, outcome, retry, random),
            .counted = true};
}

Step doubtful_step(const Delivery& delivery, const config::Retry& retry, config::OnDoubt on_doubt, Time now,
                   Random& random) {
    const bool ask_a_person = on_doubt == config::OnDoubt::hold || delivery.doubts > 0;
    return {.state = ask_a_person ? DeliveryState::held : DeliveryState::in_doubt,
            .due = now + retry_interval(retry, delivery.attempts + 1, random),
            .counted = true,
            .doubted = true};
}

// Over another session at once; a message that breaks those as well is left alone for longer each time.
Step broken_step(const Delivery& delivery, const config::Retry& retry, const RelaySituation& relay, Time now,
                 Random& random) {
    if (out_of_time(delivery, retry, relay)) return final_step(DeliveryState::expired, now);
    if (delivery.tries == 0) return {.due = now};
    constexpr std::int64_t longest_anyway = 32;
    const auto times = static_cast<unsigned>(std::min(delivery.tries, longest_anyway));
    return {.state = DeliveryState::deferred, .due = now + retry_interval(retry, times, random)};
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
               config::OnDoubt on_doubt, const RelaySituation& relay, Time now, Random& random) {
    switch (outcome.kind) {
        case OutcomeKind::accepted:
            return final_step(DeliveryState::sent, now);
        case OutcomeKind::rejected_recipient:
            return final_step(DeliveryState::bounced, now, Verdict::bad_address);
        case OutcomeKind::perhaps_recipient:
            return final_step(DeliveryState::bounced, now, Verdict::maybe_bad_address);
        case OutcomeKind::rejected_policy:
            return final_step(DeliveryState::refused, now);
        case OutcomeKind::deferred:
            return deferred_step(delivery, outcome, retry, relay, now, random);
        case OutcomeKind::in_doubt:
            return doubtful_step(delivery, retry, on_doubt, now, random);
        case OutcomeKind::domain_slowed:
        case OutcomeKind::protocol:
        case OutcomeKind::perhaps_relay:
            if (out_of_time(delivery, retry, relay)) return final_step(DeliveryState::expired, now);
            return {.state = DeliveryState::deferred,
                    .due = now + wait_for(delivery, outcome, retry, random)};
        case OutcomeKind::relay_slowed:
            if (out_of_time(delivery, retry, relay)) return final_step(DeliveryState::expired, now);
            return {.due = now};
        // The courier deals with these; one that came here all the same must not come again at once.
        case OutcomeKind::session_limit:
        case OutcomeKind::connections_limit:
            if (out_of_time(delivery, retry, relay)) return final_step(DeliveryState::expired, now);
            return {.state = DeliveryState::deferred,
                    .due = now + wait_for(delivery, outcome, retry, random)};
        case OutcomeKind::session_broken:
            return broken_step(delivery, retry, relay, now, random);
        case OutcomeKind::relay_trouble:
        case OutcomeKind::relay_quota:
            return {.state = DeliveryState::deferred, .due = relay.next_attempt.value_or(now)};
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
