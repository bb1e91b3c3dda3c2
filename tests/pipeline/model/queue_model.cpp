#include "pipeline/model/queue_model.hpp"

#include <fmt/format.h>

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

bool QueueModel::weighed_against_chance(Copy copy, OutcomeKind kind) const {
    if (!final_refusal(kind)) return false;
    std::string window = mailings.at(copy.first).window;
    for (const ModelReport& report : inbox_) {
        if (report.claim.copy.first == copy.first && final_refusal(report.kind))
            window += mark_of(report.kind);
    }
    const Failures failures = failures_of(window + mark_of(kind), settings_.breaker);
    return failures.all >= 5 && failures.mailbox > 0;
}

// --- What follows an outcome

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

// --- What the daemon does

void QueueModel::write() {
    for (const ModelReport& report : inbox_) judge(report);
    for (const ModelReport& report : inbox_)
        std::erase_if(claims, [&](const ModelClaim& claim) {
            return claim.copy == report.claim.copy && claim.relay == report.claim.relay;
        });
    inbox_.clear();
    for (const Copy& copy : given_back_) {
        if (ModelDelivery* delivery = find(copy); delivery->state == DeliveryState::sending)
            delivery->state = DeliveryState::queued;
        std::erase_if(claims,
                      [&](const ModelClaim& claim) { return claim.copy == copy && claim.relay >= 0; });
    }
    given_back_.clear();
    settle();
    for (auto& [number, relay] : relays) {
        if (std::exchange(relay.to_be_tried, false)) relay.next_attempt.reset();
    }
    plan();
    sweep();
    settle();
    confirm();
}

void QueueModel::plan() {
    for (std::size_t newsletter = 0; newsletter < settings_.newsletters.size(); ++newsletter) {
        for (Post& post : posts_) {
            if (post.newsletter != static_cast<int>(newsletter) || post.held || post.mailed) continue;
            post.mailed = true;
            begin_mailing(post.newsletter, now);
        }
    }
    for (auto& [number, mailing] : mailings) {
        if (mailing.state == MailingState::scheduled && mailing.not_before <= now)
            mailing.state = MailingState::fanning;
        if (mailing.state == MailingState::fanning) fan_out(mailing);
    }
}

void QueueModel::fan_out(ModelMailing& mailing) {
    for (const auto& [reader, ignored] : readers) {
        if (!reads(mailing.newsletter, reader)) continue;
        const auto [delivery, is_new] = mailing.deliveries.try_emplace(reader);
        if (!is_new) continue;
        delivery->second.number = ++made_;
        delivery->second.due = now;
    }
    mailing.fan_out = FanOut::done;
    mailing.state = MailingState::sending;
}

// What is said of addresses stands once the mailing has ended well.
void QueueModel::confirm() {
    for (auto& [number, mailing] : mailings) {
        if (mailing.open() || mailing.bounces_stand) continue;
        mailing.bounces_stand = true;
        mailing.dropped.clear();
        for (auto& [id, reader] : readers) {
            if (reader.suppression == ModelSuppression{number, true}) reader.suppression->provisional = false;
        }
    }
}

void QueueModel::sweep() {
    for (auto& [number, mailing] : mailings) {
        if (mailing.state != MailingState::cancelled) continue;
        for (auto& [reader, delivery] : mailing.deliveries) {
            if (delivery.waits() || delivery.state == DeliveryState::held)
                delivery.state = DeliveryState::cancelled;
        }
    }
}

bool QueueModel::any_relay_usable(int newsletter) const {
    return std::ranges::any_of(carriers_.at(newsletter),
                               [this](int relay) { return relays.at(relay).usable(); });
}

bool QueueModel::all_relays_usable(int newsletter) const {
    return std::ranges::all_of(carriers_.at(newsletter),
                               [this](int relay) { return relays.at(relay).usable(); });
}

std::size_t QueueModel::at_work(int relay) const {
    return static_cast<std::size_t>(std::ranges::count(claims, relay, &ModelClaim::relay));
}

bool QueueModel::claimable(const ModelMailing& mailing, const ModelDelivery& delivery) const {
    return mailing.active() && delivery.waits() &&
           std::min(delivery.due, delivery.or_due.value_or(delivery.due)) <= now;
}

std::vector<std::string> QueueModel::claimed(const std::set<Copy>& sending, bool claiming) {
    std::vector<std::string> wrong;
    // What nobody has taken goes back where its mailing has stopped or its relay is in trouble.
    std::erase_if(claims, [&](const ModelClaim& claim) {
        if (claim.relay >= 0) return false;
        const int newsletter = mailings.at(claim.copy.first).newsletter;
        const bool active = mailings.at(claim.copy.first).active();
        const bool must_go = !claiming || !active || !any_relay_usable(newsletter);
        ModelDelivery& delivery = *find(claim.copy);
        const bool stays = !must_go && (all_relays_usable(newsletter) || sending.contains(claim.copy));
        if (!stays && delivery.state == DeliveryState::sending) delivery.state = DeliveryState::queued;
        return !stays;
    });
    std::set<Copy> fresh;
    std::set<Copy> at_couriers;
    for (const ModelClaim& claim : claims) at_couriers.insert(claim.copy);
    for (const Copy& copy : sending) {
        const ModelDelivery* delivery = find(copy);
        if (delivery != nullptr && delivery->state == DeliveryState::sending) continue;
        if (at_couriers.contains(copy))
            wrong.push_back(to_string(copy) + " is claimed while a courier holds it");
        fresh.insert(copy);
    }
    if (!claiming && !fresh.empty())
        wrong.push_back("claimed at the end of the work: " + to_string(*fresh.begin()));
    const std::size_t room =
        settings_.doubt_window - std::min<std::size_t>(settings_.doubt_window, claims.size());
    if (claiming) {
        for (std::string& line : check_claims(fresh, room)) wrong.push_back(std::move(line));
    }
    for (const Copy& copy : fresh) {
        ModelDelivery* delivery = find(copy);
        if (delivery == nullptr) continue;
        claims.push_back(claim_of(copy));
        delivery->state = DeliveryState::sending;
    }
    return wrong;
}

// A relay that is up takes all that is due, as far as there is room; one that is down is asked with one at a time.
std::vector<std::string> QueueModel::check_claims(const std::set<Copy>& fresh, std::size_t room) {
    std::vector<std::string> wrong;
    if (fresh.size() > room)
        wrong.push_back(fmt::format("{} are claimed, and there is room for {}", fresh.size(), room));
    std::size_t due = 0;
    std::size_t probes = 0;
    for (const auto& [relay, it] : relays)
        probes += it.down && !it.paused && it.may_try(now) && at_work(relay) == 0 ? 1 : 0;
    std::size_t asked = 0;
    std::size_t passed_over =
        0;  // a courier holds them still: they take up room in a claim, and are not claimed
    for (auto& [number, mailing] : mailings) {
        for (auto& [reader, delivery] : mailing.deliveries) {
            const Copy copy{number, reader};
            const bool held = std::ranges::find(claims, copy, &ModelClaim::copy) != claims.end();
            const bool may = claimable(mailing, delivery) && !held;
            passed_over += claimable(mailing, delivery) && held ? 1 : 0;
            if (may && any_relay_usable(mailing.newsletter)) ++due;
            if (!fresh.contains(copy)) continue;
            if (!may) wrong.push_back(to_string(copy) + " is claimed, and is not due");
            if (!any_relay_usable(mailing.newsletter)) ++asked;
        }
    }
    if (asked > probes)
        wrong.push_back(fmt::format("{} are claimed for relays that are down, {} allowed", asked, probes));
    const bool exact = relays.size() == 1 && relays.at(0).usable();
    if (exact && fresh.size() + passed_over < std::min(due, room))
        wrong.push_back(
            fmt::format("{} are claimed of {} that are due, with room for {}", fresh.size(), due, room));
    return wrong;
}

void QueueModel::reload() {
    for (auto& [number, relay] : relays) relay.restart();
}

// Whatever was `sending` may have arrived.
void QueueModel::kill() {
    inbox_.clear();
    given_back_.clear();
    claims.clear();
    for (auto& [number, mailing] : mailings) {
        for (auto& [reader, delivery] : mailing.deliveries) {
            if (delivery.state != DeliveryState::sending) continue;
            const ModelClaim as_stored = claim_of({number, reader});
            ++delivery.tries;
            doubt(delivery, as_stored);
            delivery.log.emplace_back(now, OutcomeKind::in_doubt);
        }
    }
    for (auto& [number, relay] : relays) relay.restart();
}

// What was answered is recorded as any other report, also of copies that were withdrawn, or queued again, meanwhile. A dot
// that was out without an answer is a doubt. What was not begun waits as before.
void QueueModel::kill_with_recorder() {
    std::set<Copy> answered;
    for (const ModelReport& report : inbox_) answered.insert(report.claim.copy);
    for (const ModelClaim& claim : claims) {
        ModelDelivery& delivery = *find(claim.copy);
        const bool tried = answered.contains(claim.copy) || claim.dot_left;
        if (tried && (delivery.waits() || delivery.state == DeliveryState::held))
            delivery.state = DeliveryState::sending;
        if (answered.contains(claim.copy)) continue;
        if (claim.dot_left) {
            ++delivery.tries;
            if (delivery.state == DeliveryState::sending) doubt(delivery, claim_of(claim.copy));
            delivery.log.emplace_back(now, OutcomeKind::in_doubt);
        } else if (delivery.state == DeliveryState::sending) {
            delivery.state = DeliveryState::queued;
        }
    }
    std::erase_if(claims, [&](const ModelClaim& claim) { return !answered.contains(claim.copy); });
    given_back_.clear();
    // In which order they came is not known any more.
    std::ranges::stable_sort(inbox_, {},
                             [this](const ModelReport& one) { return find(one.claim.copy)->number; });
    for (auto& [number, relay] : relays) relay.restart();
}

// What lay ahead lies as far ahead; what was due is due.
void QueueModel::follow_clock(const ClockJump& jump) {
    const auto moved = [&](Time time) {
        if (time > jump.from) return time + jump.length();
        return std::min(time, jump.to);
    };
    for (auto& [number, mailing] : mailings) {
        for (auto& [reader, delivery] : mailing.deliveries) {
            if (delivery.waits()) delivery.due = moved(delivery.due);
            if (delivery.or_due) delivery.or_due = moved(*delivery.or_due);
        }
        if (mailing.state != MailingState::scheduled || jump.to > jump.from) continue;
        // Planned in what is the future now: at once.
        if (mailing.not_before <= jump.from || mailing.created > jump.to)
            mailing.not_before = std::min(mailing.not_before, jump.to);
        mailing.created = std::min(mailing.created, jump.to);
    }
    for (auto& [number, relay] : relays) {
        if (relay.next_attempt) relay.next_attempt = moved(*relay.next_attempt);
    }
    now = jump.to;
}

std::vector<int> QueueModel::held_posts() const {
    std::vector<int> held;
    for (std::size_t i = 0; i < posts_.size(); ++i) {
        if (posts_[i].held) held.push_back(static_cast<int>(i));
    }
    return held;
}

}  // namespace paperround::test
