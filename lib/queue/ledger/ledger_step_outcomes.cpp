// What a step writes of outcomes, and what follows from them.
#include <fmt/format.h>

#include <algorithm>

#include "base/address/without_address.hpp"
#include "queue/ledger/ledger_step.hpp"
#include "queue/reply_line.hpp"

namespace paperround::queue {

namespace {

// A relay may refuse without a word.
std::string reason_of(const Outcome& outcome) {
    if (!outcome.text.empty()) return reply_line(outcome);
    if (outcome.code == 0) return fmt::format("{} at {}", to_string(outcome.kind), to_string(outcome.stage));
    const std::string_view space = outcome.enhanced.empty() ? "" : " ";
    return fmt::format("it answered {}{}{} at {}, without a word", outcome.code, space, outcome.enhanced,
                       to_string(outcome.stage));
}

// What is remembered of a relay outlives the reader whose copy it was said for, on disk and in memory: it does not name
// him.
Outcome without_reader(const Report& report) {
    Outcome outcome = report.outcome;
    outcome.text = without_address(outcome.text, report.delivery.recipient, "the reader");
    return outcome;
}

// Statuses about the sender's authentication (RFC 7372): not the mailing's words but the newsletter's domain.
bool concerns_sender(const Outcome& outcome) {
    constexpr std::string_view first = "5.7.23";
    constexpr std::string_view last = "5.7.27";
    return outcome.enhanced.size() == first.size() && outcome.enhanced >= first && outcome.enhanced <= last;
}

}  // namespace

void LedgerStep::write_reports() {
    for (Report& report : arrivals_.reports) write_report(report);
    for (const auto& [mailing, finals] : finals_) memory_.mailings.settle(mailing, finals, now_);
    for (const std::int64_t mailing : accepted_) memory_.archive.note_sent(mailing, now_);
    for (const auto& [lane, ignored] : went_down_) {
        memory_.relays.save_relay_health(relay_of(lane), lanes_[lane].health);
    }
    for (const auto* changed : {&came_up_, &rests_on_}) {
        for (const std::size_t lane : *changed)
            memory_.relays.save_relay_health(relay_of(lane), lanes_[lane].health);
    }
    for (const auto& [mailing, breaker] : breakers_) memory_.mailings.save_breaker(mailing, breaker);
    for (std::size_t lane = 0; lane < arrivals_.given_back.size(); ++lane) {
        for (const Delivery& delivery : arrivals_.given_back[lane]) release(lane, delivery);
    }
}

void LedgerStep::write_health(const Report& report) {
    RelayHealth& health = lanes_[report.lane].health;
    const Outcome& outcome = report.outcome;
    if (outcome.kind == OutcomeKind::relay_quota) {
        const bool said = health.resting;
        if (health.quota(now_, reason_of(without_reader(report)))) {
            if (said) {
                rests_on_.push_back(report.lane);
            } else {
                went_down_.push_back({report.lane, health});
            }
        }
    } else if (is_relay_trouble(outcome.kind)) {
        if (health.trouble(now_, reason_of(without_reader(report))))
            went_down_.push_back({report.lane, health});
    } else if (outcome.kind == OutcomeKind::in_doubt || outcome.kind == OutcomeKind::protocol) {
        if (health.doubt(now_, reason_of(without_reader(report))))
            went_down_.push_back({report.lane, health});
    } else if (health.resting ? outcome.kind == OutcomeKind::accepted
                              : outcome.kind != OutcomeKind::perhaps_relay && outcome.code != 0) {
        if (health.success()) came_up_.push_back(report.lane);
    }
}

void LedgerStep::write_report(Report& report) {
    report.outcome.kind = report.reported;
    const RefusalWatch::Finding found = memory_.refusals.hear(report, now_);
    if (found.refused != nullptr) pause_for_our_fault(report, *found.refused);
    if (found.put_off != nullptr) take_back_delays(report.lane, *found.put_off);
    write_health(report);
    write_pace(report);
    Recorded line{&report, {}};
    const Delivery& delivery = report.delivery;
    auto relay_free = lanes_[report.lane].health.next_attempt;
    if (memory_.allotment.another_carries(report.lane, delivery.newsletter)) relay_free.reset();
    line.step = next_step(delivery, report.outcome, memory_.settings.retry, memory_.settings.on_doubt,
                          relay_free, now_, random_);
    memory_.allotment.ended(report.lane, delivery, report.outcome.kind);
    if (report.outcome.kind == OutcomeKind::domain_slowed) {
        for (const Allotment::Slowed& slowed : memory_.allotment.slowed(memory_.limits, delivery, now_))
            slowed_.push_back({slowed.name, slowed.per_second, reply_line(report.outcome)});
    }
    if (found.about_us) {
        line.step = {.due = now_};
    } else if (concerns_breaker(report.outcome)) {
        write_breaker(report, line.step);
    }
    if (memory_.deliveries.record(delivery, report.outcome, line.step, relay_of(report.lane), now_))
        ++finals_[delivery.mailing_id];
    if (report.outcome.kind == OutcomeKind::accepted) accepted_.insert(delivery.mailing_id);
    memory_.refusals.count_answer(report);
    duties_.settle(delivery, report.outcome, line.step, now_);
    write_pause(report, line.step);
    recorded_.push_back(line);
}

// Counts the outcome for its mailing; the one that trips the breaker pauses it. What is said about addresses
// then, and by what was under way at that moment, is not believed.
void LedgerStep::write_breaker(const Report& report, Step& step) {
    const std::int64_t mailing = report.delivery.mailing_id;
    auto found = breakers_.find(mailing);
    if (found == breakers_.end()) found = breakers_.emplace(mailing, memory_.mailings.breaker(mailing)).first;
    Breaker& breaker = found->second;
    const auto before = [&](const Breaker& counted) {
        // The answer in hand is not on record yet.
        return memory_.refusals.answers_before(mailing, static_cast<std::int64_t>(counted.window.size()) - 1,
                                               static_cast<std::int64_t>(counted.mailbox_failures()) - 1);
    };
    if (breaker.count(report.outcome, memory_.settings.breaker, before)) {
        std::string reason = fmt::format(
            "{} of its last {} deliveries were refused or bounced, the last by {}: {}", breaker.failures(),
            breaker.window.size(), relay_of(report.lane), reply_line(report.outcome));
        duties_.breaker_tripped(mailing);
        if (memory_.mailings.pause(mailing, reason))
            pauses_.push_back({mailing, report.delivery.newsletter, std::move(reason)});
    }
    if (breaker.tripped) step.verdict = AddressVerdict::nothing;
}

void LedgerStep::write_pause(const Report& report, const Step& step) {
    if (step.pause == PauseScope::none) return;
    const auto mailing = memory_.mailings.mailing(report.delivery.mailing_id);
    if (!mailing) return;
    // Without a reply it was ourselves who could not make or send the message.
    std::string reason = reply_line(report.outcome);
    if (report.outcome.code != 0) {
        reason = relay_of(report.lane) + " refused the " +
                 (step.pause == PauseScope::newsletter ? "sender: " : "message: ") + reason;
    }
    const bool paused = step.pause == PauseScope::newsletter
                            ? memory_.mailings.pause_newsletter(mailing->newsletter, reason) > 0
                            : memory_.mailings.pause(mailing->id, reason);
    if (paused) pauses_.push_back({mailing->id, mailing->newsletter, std::move(reason)});
}

void LedgerStep::write_pace(const Report& report) {
    RelayPace& pace = lanes_[report.lane].pace;
    if (report.outcome.kind == OutcomeKind::accepted) {
        if (pace.accepted(now_)) lanes_[report.lane].change.pace = true;
    } else if (report.outcome.kind == OutcomeKind::relay_slowed) {
        if (pace.complaint(now_, reply_line(without_reader(report)))) lanes_[report.lane].change.pace = true;
    }
}

void LedgerStep::pause_for_our_fault(const Report& report, const RefusalRuns::Run& run) {
    const std::int64_t mailing = report.delivery.mailing_id;
    const auto rows = memory_.deliveries.take_back(mailing, run.first_attempt, now_);
    duties_.taken_back(mailing, rows, now_);
    taken_back_ += rows.size();
    const bool of_sender = concerns_sender(report.outcome);
    std::string reason = fmt::format(
        "{} gave {} readers of {} providers in a row the same answer, and accepted nobody between: it is about "
        "us, not about them, so {} back: {}",
        relay_of(report.lane), run.length, run.providers.size(),
        rows.size() == 1 ? "one delivery that was recorded as failed is taken"
                         : fmt::format("{} deliveries that were recorded as failed are taken", rows.size()),
        reply_line(report.outcome));
    const bool paused = of_sender ? memory_.mailings.pause_newsletter(report.delivery.newsletter, reason) > 0
                                  : memory_.mailings.pause(mailing, reason);
    if (paused) pauses_.push_back({mailing, report.delivery.newsletter, std::move(reason)});
}

// Those who were put off since the run began are tried as soon as the relay is, and its domains are as fast
// as before.
void LedgerStep::take_back_delays(std::size_t lane, const RefusalRuns::Run& run) {
    memory_.deliveries.uncount(relay_of(lane), run.first_attempt, now_);
    memory_.allotment.take_back_complaints(run.providers, run.since);
}

}  // namespace paperround::queue
