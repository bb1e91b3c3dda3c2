#include "pipeline/model/queue_model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace paperround::test {

using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::FanOut;
using queue::MailingState;
using queue::OutcomeKind;

std::string to_string(Copy copy) {
    return fmt::format("{}/{}", copy.first, copy.second);
}

bool ModelDelivery::waits() const {
    return state == DeliveryState::queued || state == DeliveryState::deferred ||
           state == DeliveryState::in_doubt;
}

bool ModelDelivery::may_have_arrived() const {
    return state == DeliveryState::in_doubt || (!log.empty() && log.back().second == OutcomeKind::in_doubt);
}

int ModelMailing::pending() const {
    return static_cast<int>(
        std::ranges::count_if(deliveries, [](const auto& one) { return one.second.open(); }));
}

// --- Relays: one incident at a time, back-offs that double, and doubts that are the relay's trouble where there are many

void ModelRelay::back_off(Duration first, Duration most, Time now) {
    if (!may_try(now)) return;  // the same incident
    down = true;
    next_attempt = now + std::min<Duration>(most, first * (1U << std::min(failures, 20U)));
    ++failures;
}

bool ModelRelay::doubtful() const {
    return std::ranges::count(replies, true) > 5;
}

void ModelRelay::hear(OutcomeKind kind, int code, Time now) {
    const auto remember = [this](bool doubt) {
        replies.push_back(doubt);
        if (replies.size() > 50) replies.pop_front();
    };
    const auto trouble = [&] {
        if (!may_try(now)) return;
        if (std::exchange(resting, false)) failures = 0;
        back_off(5s, 5min, now);
    };
    switch (kind) {
        case OutcomeKind::relay_quota:
            if (!may_try(now)) return;
            if (!std::exchange(resting, true)) failures = 0;
            return back_off(5min, 2h, now);
        case OutcomeKind::relay_trouble:
            return trouble();
        case OutcomeKind::in_doubt:
        case OutcomeKind::protocol:
            remember(true);
            if (++doubts >= 3 || doubtful()) trouble();
            return;
        default:
            break;
    }
    const bool works =
        resting ? kind == OutcomeKind::accepted : kind != OutcomeKind::perhaps_relay && code != 0;
    if (!works) return;
    doubts = 0;
    remember(false);
    if (std::exchange(resting, false) || !doubtful()) failures = 0;
    down = false;
    next_attempt.reset();
}

void ModelRelay::restart() {
    doubts = 0;
    replies.clear();
}

// --- Readers

QueueModel::QueueModel(const config::Settings& settings, int reader_count, Time begin)
    : now(begin), settings_(settings) {
    for (int reader = 1; reader <= reader_count; ++reader) readers[reader];
    for (std::size_t n = 0; n < settings.newsletters.size(); ++n) {
        for (int reader = 1; reader <= reader_count; ++reader)
            readers[reader].reads.insert(static_cast<int>(n));
        for (const config::RelayShare& share : settings.newsletters[n].effective_relays()) {
            const auto relay = std::ranges::find(settings.relays, share.relay, &config::Relay::name);
            carriers_[static_cast<int>(n)].insert(static_cast<int>(relay - settings.relays.begin()));
        }
    }
    for (std::size_t relay = 0; relay < settings.relays.size(); ++relay) relays[static_cast<int>(relay)];
}

bool QueueModel::reads(int newsletter, int reader) const {
    const ModelReader& it = readers.at(reader);
    return it.reads.contains(newsletter) && !it.suppression;
}

void QueueModel::leave(int newsletter, int reader) {
    readers.at(reader).reads.erase(newsletter);
    for (auto& [number, mailing] : mailings) {
        if (!mailing.open() || mailing.newsletter != newsletter) continue;
        if (ModelDelivery* delivery = find({number, reader}); delivery != nullptr && delivery->open())
            delivery->state = DeliveryState::left;
    }
    settle();
}

// Whose address must not be mailed does not come back by subscribing.
void QueueModel::come_back(int newsletter, int reader) {
    if (!readers.at(reader).suppression) readers.at(reader).reads.insert(newsletter);
}

void QueueModel::suppress(int reader) {
    readers.at(reader).suppression = ModelSuppression{};
    for (auto& [number, mailing] : mailings) {
        if (!mailing.open()) continue;
        if (ModelDelivery* delivery = find({number, reader}); delivery != nullptr && delivery->open())
            delivery->state = DeliveryState::suppressed;
    }
    settle();
}

// --- Mailings

void QueueModel::begin_mailing(int newsletter, Time not_before) {
    const int number = static_cast<int>(mailings.size()) + 1;
    mailings[number] = {.newsletter = newsletter, .window = {}, .deliveries = {}, .dropped = {}};
    mailings[number].created = now;
    mailings[number].not_before = not_before;
}

void QueueModel::schedule(int newsletter, Time not_before) {
    begin_mailing(newsletter, not_before);
}

void QueueModel::pause(int mailing) {
    ModelMailing& it = mailings.at(mailing);
    if (it.state < MailingState::paused) it.state = MailingState::paused;
}

// One that ended while it was paused is done now.
void QueueModel::resume(int mailing) {
    ModelMailing& it = mailings.at(mailing);
    if (it.state != MailingState::paused) return;
    it.state = it.fan_out == FanOut::under_way ? MailingState::fanning : MailingState::sending;
    it.window.clear();
    it.tripped = false;
    settle();
}

// What couriers hold is cancelled at once, the rest by the next write().
void QueueModel::cancel(int mailing) {
    ModelMailing& it = mailings.at(mailing);
    if (!it.open()) return;
    it.state = MailingState::cancelled;
    for (auto& [reader, delivery] : it.deliveries) {
        if (delivery.state == DeliveryState::sending) delivery.state = DeliveryState::cancelled;
    }
}

// Those who did not get it and read still are queued again. A paused mailing stays paused.
void QueueModel::retry(int mailing, const std::set<DeliveryState>& states) {
    sweep();
    ModelMailing& it = mailings.at(mailing);
    bool any = false;
    for (auto& [reader, delivery] : it.deliveries) {
        if (!states.contains(delivery.state) || !reads(it.newsletter, reader)) continue;
        delivery.state = DeliveryState::queued;
        delivery.due = now;
        delivery.attempts = 0;
        delivery.waited = Duration(0);
        any = true;
    }
    if (any) {
        it.bounces_stand = false;
        if (it.state == MailingState::cancelled && it.fan_out == FanOut::under_way)
            it.fan_out = FanOut::broken_off;
        if (!it.open()) it.state = MailingState::sending;
    }
    const bool cut_short = it.fan_out == FanOut::broken_off ||
                           (it.fan_out == FanOut::under_way && it.state == MailingState::cancelled);
    if (!states.contains(DeliveryState::cancelled) || !cut_short) return;
    it.fan_out = FanOut::under_way;
    it.bounces_stand = false;
    if (it.state != MailingState::paused) it.state = MailingState::fanning;
}

void QueueModel::control(queue::QueueAction action, int mailing, bool doubtful) {
    ModelMailing& it = mailings.at(mailing);
    if (!it.open()) return;
    for (auto& [reader, delivery] : it.deliveries) {
        if (!delivery.open()) continue;
        switch (action) {
            case queue::QueueAction::flush:
                if (delivery.state != DeliveryState::deferred || delivery.due <= now) break;
                // The wait that it is spared does not count.
                delivery.waited = std::max<Duration>(Duration(0), delivery.waited - (delivery.due - now));
                delivery.due = now;
                break;
            case queue::QueueAction::hold:
                if (delivery.waits()) delivery.state = DeliveryState::held;
                break;
            case queue::QueueAction::release:
                if (delivery.state != DeliveryState::held || (delivery.may_have_arrived() && !doubtful))
                    break;
                delivery.state = DeliveryState::queued;
                delivery.due = now;
                delivery.waited = Duration(0);
                break;
            case queue::QueueAction::drop:
                delivery.state = DeliveryState::cancelled;
                break;
        }
    }
    settle();
}

void QueueModel::resume_relay(int relay) {
    relays.at(relay).paused = false;
    relays.at(relay).to_be_tried = true;
}

// Accepted after all, or accepted and come back.
void QueueModel::bounce(Copy copy) {
    ModelDelivery* delivery = find(copy);
    if (delivery == nullptr) return;
    const bool perhaps = delivery->state == DeliveryState::sending ||
                         delivery->state == DeliveryState::in_doubt ||
                         (delivery->state == DeliveryState::held && delivery->doubts > 0);
    if (delivery->state != DeliveryState::sent && !perhaps) return;
    delivery->state = DeliveryState::bounced;
    delivery->log.emplace_back(now, OutcomeKind::bounced_later);
    settle();
}

ModelDelivery* QueueModel::find(Copy copy) {
    const auto mailing = mailings.find(copy.first);
    if (mailing == mailings.end()) return nullptr;
    const auto delivery = mailing->second.deliveries.find(copy.second);
    return delivery == mailing->second.deliveries.end() ? nullptr : &delivery->second;
}

// A mailing is done once every delivery has ended; a paused one waits for whoever paused it.
void QueueModel::settle() {
    for (auto& [number, mailing] : mailings) {
        const bool ended = mailing.fan_out != FanOut::under_way && mailing.pending() == 0;
        if (ended && mailing.state == MailingState::sending) mailing.state = MailingState::done;
    }
}

// --- Couriers

void QueueModel::take(Copy copy, int relay) {
    const auto found = std::ranges::find_if(
        claims, [&](const ModelClaim& claim) { return claim.copy == copy && claim.relay < 0; });
    if (found == claims.end()) {
        // Withdrawn before it was taken; with two relays nobody could say which of them had it.
        claims.push_back(claim_of(copy));
        claims.back().relay = relay;
    } else {
        found->relay = relay;
    }
}

ModelClaim QueueModel::claim_of(Copy copy) {
    const ModelDelivery& delivery = *find(copy);
    return {.copy = copy,
            .attempts = delivery.attempts,
            .doubts = delivery.doubts,
            .tries = delivery.tries,
            .waited = delivery.waited};
}

void QueueModel::give_back(Copy copy) {
    given_back_.push_back(copy);
}

void QueueModel::send_dot(Copy copy) {
    std::ranges::find(claims, copy, &ModelClaim::copy)->dot_left = true;
}

void QueueModel::report(Copy copy, OutcomeKind kind, int code, std::optional<Duration> retry_after) {
    const auto found = std::ranges::find(claims, copy, &ModelClaim::copy);
    inbox_.push_back({*found, kind, code, retry_after});
}

bool QueueModel::withdrawn(Copy copy) {
    const ModelDelivery* delivery = find(copy);
    return delivery == nullptr || delivery->state != DeliveryState::sending ||
           !mailings.at(copy.first).active();
}

std::vector<int> QueueModel::held_posts() const {
    std::vector<int> held;
    for (std::size_t i = 0; i < posts_.size(); ++i) {
        if (posts_[i].held) held.push_back(static_cast<int>(i));
    }
    return held;
}

}  // namespace paperround::test
