// What follows an outcome: for its delivery, its mailing, and what is believed of its reader.
#include "pipeline/model/queue_model.hpp"

#include <algorithm>
#include <cmath>

namespace paperround::test {

using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::FanOut;
using queue::MailingState;
using queue::OutcomeKind;

namespace {

// An address that two mailings at least so far apart heard the same doubtful refusal of is bad.
constexpr auto repeated_after = 72h;

bool final_refusal(OutcomeKind kind) {
    return kind == OutcomeKind::rejected_recipient || kind == OutcomeKind::perhaps_recipient ||
           kind == OutcomeKind::rejected_policy;
}

char mark_of(OutcomeKind kind) {
    if (kind == OutcomeKind::accepted) return '.';
    return kind == OutcomeKind::rejected_recipient ? 'm' : 'x';
}

struct Failures {
    std::size_t all = 0;
    std::size_t mailbox = 0;
    std::size_t needed = 0;
};

Failures failures_of(const std::string& window, const config::Breaker& breaker) {
    Failures found;
    for (const char mark : window) {
        found.all += mark == '.' ? 0 : 1;
        found.mailbox += mark == 'm' ? 1 : 0;
    }
    const double share = std::ceil(breaker.share * static_cast<double>(window.size()) - 1e-9);
    found.needed = std::max<std::size_t>(5, static_cast<std::size_t>(share));
    return found;
}

}  // namespace

bool QueueModel::weighed_against_chance(Copy copy, OutcomeKind kind) const {
    if (!final_refusal(kind) || mailings.at(copy.first).tripped) return false;
    std::string window = mailings.at(copy.first).window;
    for (const ModelReport& report : inbox_) {
        if (report.claim.copy.first == copy.first && final_refusal(report.kind))
            window += mark_of(report.kind);
    }
    const Failures failures = failures_of(window + mark_of(kind), settings_.breaker);
    return failures.all >= 5 && failures.mailbox > 0;
}

Duration QueueModel::interval(unsigned failures) const {
    Duration wait = settings_.retry.first;
    for (unsigned i = 1; i < failures && wait < settings_.retry.most; ++i) wait *= 2;
    return std::min(wait, settings_.retry.most);
}

void QueueModel::put_off(const ModelReport& report, ModelDelivery& delivery, Duration wait) const {
    if (report.claim.waited >= settings_.retry.give_up_after) {
        delivery.state = DeliveryState::expired;
        return;
    }
    delivery.state = DeliveryState::deferred;
    delivery.due = now + wait;
    delivery.waited += wait;
}

void QueueModel::apply(const ModelReport& report, ModelDelivery& delivery) {
    const ModelClaim& claim = report.claim;
    const Duration wait = std::max(interval(claim.attempts + 1), report.retry_after.value_or(Duration(0)));
    switch (report.kind) {
        case OutcomeKind::accepted:
            delivery.state = DeliveryState::sent;
            ++delivery.attempts;
            break;
        case OutcomeKind::rejected_recipient:
        case OutcomeKind::perhaps_recipient:
            delivery.state = DeliveryState::bounced;
            ++delivery.attempts;
            break;
        case OutcomeKind::rejected_policy:
            delivery.state = DeliveryState::refused;
            ++delivery.attempts;
            break;
        case OutcomeKind::deferred:
            put_off(report, delivery, wait);
            ++delivery.attempts;
            break;
        case OutcomeKind::protocol:
        case OutcomeKind::perhaps_relay:
            put_off(report, delivery, wait);
            if (delivery.state == DeliveryState::expired) ++delivery.attempts;
            break;
        case OutcomeKind::in_doubt:
            doubt(delivery, claim);
            break;
        case OutcomeKind::session_broken:
            if (claim.tries < 1) {
                delivery.state = DeliveryState::queued;
                delivery.due = now;
            } else {
                put_off(report, delivery, interval(static_cast<unsigned>(std::min(claim.tries, 32))));
                if (delivery.state == DeliveryState::expired) ++delivery.attempts;
            }
            break;
        case OutcomeKind::relay_trouble:
        case OutcomeKind::relay_quota:
            delivery.state = DeliveryState::deferred;
            delivery.due = relays.at(claim.relay).next_attempt.value_or(now);
            if (carriers_.at(mailings.at(claim.copy.first).newsletter).size() > 1) delivery.or_due = now;
            break;
        default:  // rejected_message, rejected_sender, withdrawn: as if it had not been begun
            delivery.state = DeliveryState::queued;
            delivery.due = now;
            break;
    }
}

// Sent once more, under the same Message-ID; the second doubt is a person's.
void QueueModel::doubt(ModelDelivery& delivery, const ModelClaim& claim) {
    delivery.state = claim.doubts > 0 ? DeliveryState::held : DeliveryState::in_doubt;
    delivery.due = now + interval(claim.attempts + 1);
    ++delivery.doubts;
    ++delivery.attempts;
}

void QueueModel::judge(const ModelReport& report) {
    ModelMailing& mailing = mailings.at(report.claim.copy.first);
    ModelDelivery& delivery = *find(report.claim.copy);
    relays.at(report.claim.relay).hear(report.kind, report.code, now);
    bool believed = true;
    judge_breaker(mailing, report.claim.copy.first, report.kind, believed);
    ++delivery.tries;
    if (delivery.state == DeliveryState::sending) {
        apply(report, delivery);
    } else if (delivery.open() &&
               (report.kind == OutcomeKind::accepted || report.kind == OutcomeKind::in_doubt)) {
        // Withdrawn and queued again meanwhile; but the relay has it, or may have it.
        const bool held = delivery.state == DeliveryState::held;
        apply(report, delivery);
        if (held && report.kind == OutcomeKind::in_doubt) delivery.state = DeliveryState::held;
    } else if (report.kind == OutcomeKind::accepted && delivery.state != DeliveryState::bounced) {
        delivery.state = DeliveryState::sent;
    }
    delivery.log.emplace_back(now, report.kind);
    if (believed) hear_of_address(report.claim.copy, report.kind);
    if (report.kind == OutcomeKind::rejected_message) pause_for_fault(mailing);
    if (report.kind == OutcomeKind::rejected_sender) {
        for (auto& [number, other] : mailings) {
            if (other.newsletter == mailing.newsletter) pause_for_fault(other);
        }
    }
}

void QueueModel::pause_for_fault(ModelMailing& mailing) {
    if (mailing.state >= MailingState::paused) return;
    mailing.or_done = mailing.fan_out != FanOut::under_way && mailing.pending() == 0;
    mailing.state = MailingState::paused;
}

// Too many refusals among the last outcomes say more about us than about so many readers.
void QueueModel::judge_breaker(ModelMailing& mailing, int number, OutcomeKind kind, bool& believed) {
    if (kind != OutcomeKind::accepted && !final_refusal(kind)) return;
    if (!mailing.tripped) {
        mailing.window += mark_of(kind);
        if (mailing.window.size() > settings_.breaker.of)
            mailing.window.erase(0, mailing.window.size() - settings_.breaker.of);
        const Failures failures = failures_of(mailing.window, settings_.breaker);
        mailing.tripped = kind != OutcomeKind::accepted && failures.all - failures.mailbox >= failures.needed;
        if (mailing.tripped) {
            trip(number);
            pause_for_fault(mailing);
        }
    }
    believed = !mailing.tripped;
}

// What this mailing heard about addresses is not believed, and what that had dropped waits again.
void QueueModel::trip(int number) {
    for (auto& [id, reader] : readers) {
        if (reader.suppression == ModelSuppression{number, true}) reader.suppression.reset();
    }
    for (const auto& [copy, before] : mailings.at(number).dropped) {
        ModelMailing& other = mailings.at(copy.first);
        ModelDelivery& delivery = *find(copy);
        if (other.state == MailingState::cancelled || delivery.state != DeliveryState::suppressed ||
            !reads(other.newsletter, copy.second))
            continue;
        delivery.state = before;
        other.bounces_stand = false;
        if (other.state == MailingState::done) other.state = MailingState::sending;
    }
}

void QueueModel::hear_of_address(Copy copy, OutcomeKind kind) {
    if (kind == OutcomeKind::perhaps_recipient) {
        const bool heard_before = std::ranges::any_of(mailings, [&](const auto& other) {
            const auto found = other.second.deliveries.find(copy.second);
            if (other.first == copy.first || found == other.second.deliveries.end()) return false;
            return std::ranges::any_of(found->second.log, [&](const auto& attempt) {
                return attempt.second == OutcomeKind::perhaps_recipient &&
                       attempt.first <= now - repeated_after;
            });
        });
        const bool somebody_has_it =
            std::ranges::any_of(mailings.at(copy.first).deliveries,
                                [](const auto& one) { return one.second.state == DeliveryState::sent; });
        if (!heard_before || !somebody_has_it) return;
    } else if (kind != OutcomeKind::rejected_recipient) {
        return;
    }
    ModelReader& reader = readers.at(copy.second);
    if (!reader.suppression) reader.suppression = ModelSuppression{copy.first, true};
    mailings.at(copy.first).bounces_stand = false;
    drop_elsewhere(copy.first, copy.second);
}

void QueueModel::drop_elsewhere(int mailing, int reader) {
    for (auto& [number, other] : mailings) {
        ModelDelivery* delivery = find({number, reader});
        if (number == mailing || !other.open() || delivery == nullptr) continue;
        if (!delivery->waits() && delivery->state != DeliveryState::held) continue;
        mailings.at(mailing).dropped[{number, reader}] = delivery->state;
        delivery->state = DeliveryState::suppressed;
    }
}

}  // namespace paperround::test
