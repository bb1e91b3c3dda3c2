// What the daemon does: it writes what came in, plans, claims, and is reloaded, killed and given another clock.
#include "pipeline/model/queue_model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace paperround::test {

using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::FanOut;
using queue::MailingState;
using queue::OutcomeKind;

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

}  // namespace paperround::test
