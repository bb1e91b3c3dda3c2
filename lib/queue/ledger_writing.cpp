// What a step of the ledger writes into its transaction: outcomes and what follows from them, what goes back,
// and the next claims.
#include <fmt/format.h>

#include <algorithm>

#include "queue/ledger_commit.hpp"
#include "queue/reply_line.hpp"

namespace paperround::queue {

namespace {

constexpr Duration presence_interval = std::chrono::seconds(30);

// A relay may refuse without a word.
std::string reason_of(const Outcome& outcome) {
    if (!outcome.text.empty()) return reply_line(outcome);
    if (outcome.code == 0) return fmt::format("{} at {}", to_string(outcome.kind), to_string(outcome.stage));
    const std::string_view space = outcome.enhanced.empty() ? "" : " ";
    return fmt::format("it answered {}{}{} at {}, without a word", outcome.code, space, outcome.enhanced,
                       to_string(outcome.stage));
}

}  // namespace

void Ledger::write_reports(Commit& commit) {
    for (Report& report : commit.inbox) write_report(commit, report);
    for (const auto& [mailing, finals] : commit.finals) mailings_.settle(mailing, finals, commit.now);
    for (const auto& [lane, ignored] : commit.went_down) {
        relays_.save_relay_health(lanes_[lane].settings.relay, commit.health[lane]);
    }
    for (const auto* changed : {&commit.came_up, &commit.rests_on}) {
        for (const std::size_t lane : *changed)
            relays_.save_relay_health(lanes_[lane].settings.relay, commit.health[lane]);
    }
    for (const auto& [mailing, breaker] : commit.breakers) mailings_.save_breaker(mailing, breaker);
    for (std::size_t lane = 0; lane < commit.given_back.size(); ++lane) {
        for (const Delivery& delivery : commit.given_back[lane]) {
            deliveries_.release(delivery.id);
            allotment_.released(lane, delivery);
        }
    }
}

void Ledger::write_health(Commit& commit, const Report& report) {
    RelayHealth& health = commit.health[report.lane];
    const Outcome& outcome = report.outcome;
    if (outcome.kind == OutcomeKind::relay_quota) {
        const bool said = health.resting;
        if (health.quota(commit.now, reason_of(outcome))) {
            if (said) {
                commit.rests_on.push_back(report.lane);
            } else {
                commit.went_down.push_back({report.lane, health});
            }
        }
    } else if (is_relay_trouble(outcome.kind)) {
        if (health.trouble(commit.now, reason_of(outcome))) commit.went_down.push_back({report.lane, health});
    } else if (outcome.kind == OutcomeKind::in_doubt || outcome.kind == OutcomeKind::protocol) {
        if (health.doubt(commit.now, reason_of(outcome))) commit.went_down.push_back({report.lane, health});
    } else if (health.resting ? outcome.kind == OutcomeKind::accepted
                              : outcome.kind != OutcomeKind::perhaps_relay && outcome.code != 0) {
        if (health.success()) commit.came_up.push_back(report.lane);
    }
}

void Ledger::write_report(Commit& commit, Report& report) {
    report.outcome.kind = report.reported;
    const bool about_us = hear(commit, report);
    write_health(commit, report);
    write_pace(commit, report);
    Commit::Line line{&report, {}};
    const Delivery& delivery = report.delivery;
    auto relay_free = commit.health[report.lane].next_attempt;
    if (allotment_.another_carries(report.lane, delivery.newsletter)) relay_free.reset();
    line.step = next_step(delivery, report.outcome, settings_.retry, settings_.on_doubt, relay_free,
                          commit.now, random_);
    allotment_.ended(report.lane, delivery, report.outcome.kind);
    if (report.outcome.kind == OutcomeKind::domain_slowed) {
        for (const Allotment::Slowed& slowed : allotment_.slowed(limits_, delivery, commit.now))
            commit.slowed.push_back({slowed.name, slowed.per_second, reply_line(report.outcome)});
    }
    if (about_us) {
        line.step = {.due = commit.now};
    } else if (concerns_breaker(report.outcome)) {
        write_breaker(commit, report, line.step);
    }
    const std::string& relay = lanes_[report.lane].settings.relay;
    if (deliveries_.record(delivery, report.outcome, line.step, relay, commit.now))
        ++commit.finals[delivery.mailing_id];
    count_answer(commit, report);
    duties_.settle(delivery, report.outcome, line.step, commit.now);
    write_pause(commit, report, line.step);
    commit.lines.push_back(line);
}

// Counts the outcome for its mailing; the one that trips the breaker pauses it. What is said about addresses
// then, and by what was under way at that moment, is not believed.
void Ledger::write_breaker(Commit& commit, const Report& report, Step& step) {
    const std::int64_t mailing = report.delivery.mailing_id;
    auto found = commit.breakers.find(mailing);
    if (found == commit.breakers.end())
        found = commit.breakers.emplace(mailing, mailings_.breaker(mailing)).first;
    Breaker& breaker = found->second;
    const auto before = [&](const Breaker& counted) {
        // The answer in hand is not on record yet.
        return answers_before(commit, mailing, static_cast<std::int64_t>(counted.window.size()) - 1,
                              static_cast<std::int64_t>(counted.mailbox_failures()) - 1);
    };
    if (breaker.count(report.outcome, settings_.breaker, before)) {
        std::string reason = fmt::format(
            "{} of its last {} deliveries were refused or bounced, the last by {}: {}", breaker.failures(),
            breaker.window.size(), lanes_[report.lane].settings.relay, reply_line(report.outcome));
        duties_.breaker_tripped(mailing);
        if (mailings_.pause(mailing, reason))
            commit.pauses.push_back({mailing, report.delivery.newsletter, std::move(reason)});
    }
    if (breaker.tripped) step.verdict = Verdict::nothing;
}

void Ledger::write_pause(Commit& commit, const Report& report, const Step& step) {
    if (step.pause == PauseScope::none) return;
    const auto mailing = mailings_.mailing(report.delivery.mailing_id);
    if (!mailing) return;
    // Without a reply it was ourselves who could not make or send the message.
    std::string reason = reply_line(report.outcome);
    if (report.outcome.code != 0) {
        reason = lanes_[report.lane].settings.relay + " refused the " +
                 (step.pause == PauseScope::newsletter ? "sender: " : "message: ") + reason;
    }
    const bool paused = step.pause == PauseScope::newsletter
                            ? mailings_.pause_newsletter(mailing->newsletter, reason) > 0
                            : mailings_.pause(mailing->id, reason);
    if (paused) commit.pauses.push_back({mailing->id, mailing->newsletter, std::move(reason)});
}

// So that the next start notices a clock that was set back meanwhile.
void Ledger::write_presence(Time now) {
    if (seen_saved_ && now - *seen_saved_ < presence_interval && *seen_saved_ <= now) return;
    times_.seen(now);
    seen_saved_ = now;
}

// Deliveries that were claimed for a relay which then went down, for a mailing that was then paused, or for a
// newsletter whose window has closed go back: they are not tried in a storm, not at all, or not in the quiet
// hours. So do those of a relay that has just asked for less, or that a person has paused, and of a mailing
// whose refusals may be about us.
void Ledger::release_what_waits(Commit& commit) {
    const Lock lock(mutex_);
    std::vector<std::int64_t> stopped;
    if (std::exchange(others_wrote_, false) || !commit.pauses.empty()) {
        std::vector<std::int64_t> mailings;
        for (const Lane& lane : lanes_)
            std::ranges::transform(lane.ready, std::back_inserter(mailings), &Delivery::mailing_id);
        std::ranges::sort(mailings);
        mailings.erase(std::unique(mailings.begin(), mailings.end()), mailings.end());
        stopped = mailings_.inactive(mailings);
    }
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const bool slowed = commit.changes[i].pace && commit.pace[i].closed_for(commit.now) > Duration(0);
        const auto stays = [&](const Delivery& delivery) {
            if (!delivery.personal && allotment_.any_closes() && allotment_.closes(delivery.newsletter))
                return false;
            if (slowed || commit.orders[i].paused) return false;
            if (became_suspected(commit, i, delivery.mailing_id)) return false;
            return commit.health[i].up() && std::ranges::find(stopped, delivery.mailing_id) == stopped.end();
        };
        auto& ready = lanes_[i].ready;
        const auto goes = std::stable_partition(ready.begin(), ready.end(), stays);
        commit.withdrawn_ready[i].assign(std::make_move_iterator(goes), std::make_move_iterator(ready.end()));
        ready.erase(goes, ready.end());
        for (const Delivery& delivery : commit.withdrawn_ready[i]) {
            deliveries_.release(delivery.id);
            allotment_.released(i, delivery);
        }
    }
}

// How many this lane may take, as far as its couriers and its relay's health go.
std::size_t Ledger::claim_limit(const Commit& commit, std::size_t lane) const {
    const RelayHealth& health = commit.health[lane];
    if (commit.orders[lane].paused || !health.may_try(commit.now) || commit.wanted[lane] == 0) return 0;
    if (health.up()) return commit.wanted[lane];
    // One probe at a time tells whether the relay is back.
    const Lock lock(mutex_);
    return lanes_[lane].in_flight.empty() ? 1 : 0;
}

void Ledger::write_claims(Commit& commit) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const bool usable = commit.health[i].up() && !commit.orders[i].paused;
        allotment_.observe(i, usable, commit.wanted[i] > 0, commit.now);
    }
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const std::size_t limit = std::min(claim_limit(commit, i), allotment_.room(i, commit.now));
        if (limit == 0) continue;
        Allowance allowance = allotment_.allowance(i, !commit.health[i].up(), commit.now);
        limit_suspects(commit, i, allowance);
        commit.claimed[i] = claim(database_, allowance, limit, turns_, commit.now);
        commit.moved = commit.moved || allowance.moves < Allowance::most_moves;
        for (const Delivery& delivery : commit.claimed[i]) allotment_.claimed(i, delivery);
    }
    commit.held_back = waits_for_a_limit(commit);
}

// Whether there is work that only a limit keeps from being done now. Asked where there seems to be none, so
// that `run
// --once` does not end before it.
bool Ledger::waits_for_a_limit(const Commit& commit) {
    if (!commit.claiming) return false;
    {
        // While something is under way nobody asks.
        const Lock lock(mutex_);
        std::size_t outstanding = 0;
        for (std::size_t i = 0; i < lanes_.size(); ++i) {
            outstanding += lanes_[i].ready.size() + lanes_[i].in_flight.size() + commit.claimed[i].size() -
                           commit.given_back[i].size();
        }
        if (outstanding > commit.inbox.size()) return true;
    }
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (!commit.health[i].up() || commit.orders[i].paused) continue;
        if (anything_due(database_, allotment_.within_today(i, commit.now), commit.now)) return true;
    }
    return false;
}

}  // namespace paperround::queue
