// Whose fault a refusal is, by who else heard the same words (queue/refusal_runs.hpp): the part of the ledger
// that stops a mailing whose sender is refused, and takes back what was recorded about its readers.
#include <fmt/format.h>

#include <algorithm>

#include "base/mailbox.hpp"
#include "queue/ledger_commit.hpp"
#include "queue/reply_line.hpp"

namespace paperround::queue {

namespace {

using RunKey = std::pair<std::size_t, std::int64_t>;
using Finding = RefusalRuns::Finding;

// Runs of words that concern the relay's every mailing.
constexpr std::int64_t all_mailings = 0;
// So far back a start looks for runs that had begun.
constexpr int recalled_attempts = 500;
constexpr std::size_t most_mailings_counted = 64;
// Runs that are remembered before those of mailings that are over go.
constexpr std::size_t many_runs = 64;

bool for_good(OutcomeKind kind) {
    return kind == OutcomeKind::rejected_recipient || kind == OutcomeKind::perhaps_recipient ||
           kind == OutcomeKind::rejected_policy;
}

bool for_now(OutcomeKind kind) {
    return kind == OutcomeKind::deferred || kind == OutcomeKind::domain_slowed ||
           kind == OutcomeKind::perhaps_relay;
}

// Statuses about the sender's authentication (RFC 7372): not the mailing's words but the newsletter's domain.
bool concerns_sender(const Outcome& outcome) {
    constexpr std::string_view first = "5.7.23";
    constexpr std::string_view last = "5.7.27";
    return outcome.enhanced.size() == first.size() && outcome.enhanced >= first && outcome.enhanced <= last;
}

}  // namespace

bool Ledger::hear(Commit& commit, Report& report) {
    const Outcome& outcome = report.outcome;
    if (outcome.kind == OutcomeKind::accepted) {
        if (runs_.empty() && commit.runs.empty()) return false;
        for (const std::int64_t mailing : {all_mailings, report.delivery.mailing_id}) {
            const RunKey key{report.lane, mailing};
            if (runs_.contains(key) || commit.runs.contains(key)) commit.runs[key].accepted();
        }
        return false;
    }
    if (outcome.code == 0) return false;  // our own words
    if (for_good(outcome.kind)) return hear_refusal(commit, report);
    if (for_now(outcome.kind) && outcome.about != About::patience) hear_delay(commit, report);
    return false;
}

Finding Ledger::add_to_run(Commit& commit, RefusalRuns& runs, const Report& report, std::int64_t attempt,
                           Time at) {
    const std::string_view domain = domain_of(report.delivery.recipient);
    // Whom the relay carries mail for is the relay's to say: three readers tell as much as three providers.
    const std::string provider = report.outcome.kind == OutcomeKind::perhaps_relay
                                     ? report.delivery.recipient
                                     : settings_.providers->provider_of(domain);
    return runs.refused({.words = common_words(report.outcome, report.delivery.recipient),
                         .provider = provider,
                         .about_mailbox = is_about_mailbox(report.outcome),
                         .attempt = attempt,
                         .at = at},
                        [&](std::int64_t length) {
                            // The answer in hand is not on record yet.
                            return answers_before(commit, report.delivery.mailing_id, length - 1, length - 1);
                        });
}

bool Ledger::hear_refusal(Commit& commit, const Report& report) {
    const std::int64_t mailing = report.delivery.mailing_id;
    const RunKey key{report.lane, mailing};
    const auto known = runs_.find(key);
    RefusalRuns& runs =
        commit.runs.try_emplace(key, known == runs_.end() ? RefusalRuns() : known->second).first->second;
    if (runs.about_us() != nullptr) {
        // What was under way when the mailing was stopped is not believed either. A person who resumed it has
        // decided; then the count begins anew.
        const auto found = mailings_.mailing(mailing);
        if (found && found->state == MailingState::paused) return true;
        runs.accepted();
    }
    if (add_to_run(commit, runs, report, attempts_.last_attempt() + 1, commit.now) != Finding::about_us)
        return false;
    stop_for_our_fault(commit, report, *runs.about_us());
    return true;
}

void Ledger::stop_for_our_fault(Commit& commit, const Report& report, const RefusalRuns::Run& run) {
    const std::int64_t mailing = report.delivery.mailing_id;
    const auto rows = deliveries_.take_back(mailing, run.first_attempt, commit.now);
    duties_.taken_back(mailing, rows, commit.now);
    commit.taken_back += rows.size();
    const bool of_sender = concerns_sender(report.outcome);
    std::string reason = fmt::format(
        "{} gave {} readers of {} providers in a row the same answer, and accepted nobody between: it is "
        "about "
        "us, not about them, so {} back: {}",
        lanes_[report.lane].settings.relay, run.length, run.providers.size(),
        rows.size() == 1 ? "one delivery that was recorded as failed is taken"
                         : fmt::format("{} deliveries that were recorded as failed are taken", rows.size()),
        reply_line(report.outcome));
    const bool paused = of_sender ? mailings_.pause_newsletter(report.delivery.newsletter, reason) > 0
                                  : mailings_.pause(mailing, reason);
    if (paused) commit.pauses.push_back({mailing, report.delivery.newsletter, std::move(reason)});
}

// What everybody is told for now is the relay's limit. Only first tries begin a run: readers who were put off
// before are few and late, and may well have the same trouble.
void Ledger::hear_delay(Commit& commit, Report& report) {
    const RunKey key{report.lane, all_mailings};
    const auto known = runs_.find(key);
    const bool running = known != runs_.end() || commit.runs.contains(key);
    if (!running && report.delivery.tries > 0) {
        // Others were accepted since it was first denied: it is about this reader's address.
        if (report.outcome.kind == OutcomeKind::perhaps_relay && report.outcome.code >= 500)
            report.outcome.kind = OutcomeKind::rejected_policy;
        return;
    }
    RefusalRuns& runs =
        commit.runs.try_emplace(key, known == runs_.end() ? RefusalRuns() : known->second).first->second;
    if (report.delivery.tries > 0 && runs.about_us() == nullptr) return;
    const bool decided_before = runs.about_us() != nullptr;
    if (add_to_run(commit, runs, report, attempts_.last_attempt() + 1, commit.now) != Finding::about_us)
        return;
    if (!decided_before) take_back_delays(commit, report.lane, *runs.about_us());
    report.outcome.kind = report.outcome.kind == OutcomeKind::domain_slowed ? OutcomeKind::relay_slowed
                                                                            : OutcomeKind::relay_trouble;
}

// Those who were put off since the run began are tried as soon as the relay is, and its domains are as fast
// as before.
void Ledger::take_back_delays(Commit& commit, std::size_t lane, const RefusalRuns::Run& run) {
    deliveries_.uncount(lanes_[lane].settings.relay, run.first_attempt, commit.now);
    allotment_.take_back_complaints(run.providers, run.since);
}

MailboxAnswers Ledger::answers_before(Commit& commit, std::int64_t mailing, std::int64_t answers,
                                      std::int64_t about_mailbox) {
    MailboxAnswers counted = answers_of(commit, mailing);
    counted.answers -= answers;
    counted.about_mailbox -= about_mailbox;
    // Its fan-out may still be going on.
    counted.deliveries = deliveries_.size_of(mailing);
    return counted;
}

// Read once for each mailing; from then on they are counted.
MailboxAnswers& Ledger::answers_of(Commit& commit, std::int64_t mailing) {
    const auto [found, is_new] = commit.answers.try_emplace(mailing);
    if (is_new) {
        const auto known = answers_.find(mailing);
        found->second = known != answers_.end() ? known->second : attempts_.mailbox_answers(mailing);
    }
    return found->second;
}

void Ledger::count_answer(Commit& commit, const Report& report) {
    const std::int64_t mailing = report.delivery.mailing_id;
    if (!answers_.contains(mailing) && !commit.answers.contains(mailing)) return;
    if (report.outcome.kind != OutcomeKind::accepted && !for_good(report.outcome.kind)) return;
    MailboxAnswers& counted = answers_of(commit, mailing);
    ++counted.answers;
    if (is_about_mailbox(report.outcome)) ++counted.about_mailbox;
}

// After the commit.
void Ledger::remember_refusals(Commit& commit) {
    for (auto& [key, runs] : commit.runs) {
        if (runs.empty()) {
            runs_.erase(key);
        } else {
            runs_.insert_or_assign(key, std::move(runs));
        }
    }
    if (answers_.size() > most_mailings_counted) answers_.clear();
    for (const auto& [mailing, counted] : commit.answers) answers_.insert_or_assign(mailing, counted);
}

// A mailing whose last readers were refused leaves a run behind that nobody will end.
void Ledger::forget_ended_runs() {
    if (runs_.size() <= many_runs) return;
    std::erase_if(runs_, [this](const auto& run) {
        const std::int64_t mailing = run.first.second;
        return mailing != all_mailings && mailings_.is_over(mailing);
    });
}

// A run that had begun before a restart goes on.
void Ledger::recall_refusals() {
    Commit commit;  // nothing is written; what is read for one is there for the next
    for (const AttemptOnRecord& attempt : attempts_.last_attempts(recalled_attempts)) {
        const auto lane = std::ranges::find(
            lanes_, attempt.relay, [](const Lane& one) -> const std::string& { return one.settings.relay; });
        if (lane == lanes_.end() || attempt.outcome.code == 0) continue;
        Report report{static_cast<std::size_t>(lane - lanes_.begin()), attempt.delivery, attempt.outcome,
                      attempt.outcome.kind};
        const RunKey own{report.lane, report.delivery.mailing_id};
        const RunKey all{report.lane, all_mailings};
        if (report.outcome.kind == OutcomeKind::accepted) {
            runs_.erase(own);
            runs_.erase(all);
        } else if (for_good(report.outcome.kind)) {
            static_cast<void>(add_to_run(commit, runs_[own], report, attempt.id, attempt.at));
        } else if (for_now(report.outcome.kind) && report.delivery.tries == 0) {
            static_cast<void>(add_to_run(commit, runs_[all], report, attempt.id, attempt.at));
        }
    }
}

// By what this commit has heard.
bool Ledger::became_suspected(const Commit& commit, std::size_t lane, std::int64_t mailing) const {
    const RunKey key{lane, mailing};
    const auto heard = commit.runs.find(key);
    if (heard == commit.runs.end() || !heard->second.suspects()) return false;
    const auto before = runs_.find(key);
    return before == runs_.end() || !before->second.suspects();
}

// Until a run is decided one delivery at a time goes out: the fewer are taken back.
void Ledger::limit_suspects(const Commit& commit, std::size_t lane, Allowance& allowance) {
    const auto limit = [&](const RunKey& key, const RefusalRuns& runs) {
        if (key.first != lane || key.second == all_mailings || !runs.suspects()) return;
        const auto mailing = mailings_.mailing(key.second);
        if (!mailing) return;
        const std::size_t room = deliveries_.anything_sending(key.second) ? 0 : 1;
        for (Allowance::Newsletter& newsletter : allowance.newsletters) {
            if (newsletter.name == mailing->newsletter) newsletter.room = std::min(newsletter.room, room);
        }
        std::erase_if(allowance.newsletters,
                      [](const Allowance::Newsletter& newsletter) { return newsletter.room == 0; });
    };
    for (const auto& [key, runs] : commit.runs) limit(key, runs);
    for (const auto& [key, runs] : runs_) {
        if (!commit.runs.contains(key)) limit(key, runs);
    }
}

}  // namespace paperround::queue
