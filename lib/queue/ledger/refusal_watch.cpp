#include "queue/ledger/refusal_watch.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"

namespace paperround::queue {

namespace {

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

}  // namespace

RefusalWatch::RefusalWatch(db::Database& database, std::shared_ptr<const Providers> providers,
                           const std::vector<std::string>& relays)
    : mailings_(database), deliveries_(database), attempts_(database), providers_(std::move(providers)) {
    recall(relays);
}

void RefusalWatch::begin() {
    changed_runs_.clear();
    changed_answers_.clear();
    forget_ended_runs();
}

RefusalRuns& RefusalWatch::runs_of(const Key& key) {
    const auto known = runs_.find(key);
    return changed_runs_.try_emplace(key, known == runs_.end() ? RefusalRuns() : known->second).first->second;
}

RefusalWatch::Finding RefusalWatch::hear(Report& report, Time now) {
    const Outcome& outcome = report.outcome;
    if (outcome.kind == OutcomeKind::accepted) {
        if (runs_.empty() && changed_runs_.empty()) return {};
        for (const std::int64_t mailing : {all_mailings, report.delivery.mailing_id}) {
            const Key key{report.lane, mailing};
            if (runs_.contains(key) || changed_runs_.contains(key)) changed_runs_[key].accepted();
        }
        return {};
    }
    if (outcome.code == 0) return {};  // our own words
    if (for_good(outcome.kind)) return hear_refusal(report, now);
    if (for_now(outcome.kind) && outcome.about != About::patience) return hear_delay(report, now);
    return {};
}

RefusalRuns::Finding RefusalWatch::add_to_run(RefusalRuns& runs, const Report& report, std::int64_t attempt,
                                              Time at) {
    const std::string_view domain = domain_of(report.delivery.recipient);
    // Whom the relay carries mail for is the relay's to say: three readers tell as much as three providers.
    const std::string provider = report.outcome.kind == OutcomeKind::perhaps_relay
                                     ? report.delivery.recipient
                                     : providers_->provider_of(domain);
    return runs.refused({.words = common_words(report.outcome, report.delivery.recipient),
                         .provider = provider,
                         .about_mailbox = is_about_mailbox(report.outcome),
                         .attempt = attempt,
                         .at = at},
                        [&](std::int64_t length) {
                            // The answer in hand is not on record yet.
                            return answers_before(report.delivery.mailing_id, length - 1, length - 1);
                        });
}

RefusalWatch::Finding RefusalWatch::hear_refusal(const Report& report, Time now) {
    const std::int64_t mailing = report.delivery.mailing_id;
    RefusalRuns& runs = runs_of({report.lane, mailing});
    if (runs.about_us() != nullptr) {
        // What was under way when the mailing was stopped is not believed either. A person who resumed it has
        // decided; then the count begins anew.
        const auto found = mailings_.mailing(mailing);
        if (found && found->state == MailingState::paused) return {.about_us = true};
        runs.accepted();
    }
    if (add_to_run(runs, report, attempts_.last_attempt() + 1, now) != RefusalRuns::Finding::about_us)
        return {};
    return {.about_us = true, .refused = runs.about_us()};
}

// What everybody is told for now is the relay's limit. Only first tries begin a run: readers who were put off
// before are few and late, and may well have the same trouble.
RefusalWatch::Finding RefusalWatch::hear_delay(Report& report, Time now) {
    const Key key{report.lane, all_mailings};
    const bool running = runs_.contains(key) || changed_runs_.contains(key);
    if (!running && report.delivery.tries > 0) {
        // Others were accepted since it was first denied: it is about this reader's address.
        if (report.outcome.kind == OutcomeKind::perhaps_relay && report.outcome.code >= 500)
            report.outcome.kind = OutcomeKind::rejected_policy;
        return {};
    }
    RefusalRuns& runs = runs_of(key);
    if (report.delivery.tries > 0 && runs.about_us() == nullptr) return {};
    const bool decided_before = runs.about_us() != nullptr;
    if (add_to_run(runs, report, attempts_.last_attempt() + 1, now) != RefusalRuns::Finding::about_us)
        return {};
    report.outcome.kind = report.outcome.kind == OutcomeKind::domain_slowed ? OutcomeKind::relay_slowed
                                                                            : OutcomeKind::relay_trouble;
    return {.put_off = decided_before ? nullptr : runs.about_us()};
}

MailboxAnswers RefusalWatch::answers_before(std::int64_t mailing, std::int64_t answers,
                                            std::int64_t about_mailbox) {
    MailboxAnswers counted = answers_of(mailing);
    counted.answers -= answers;
    counted.about_mailbox -= about_mailbox;
    // Its fan-out may still be going on.
    counted.deliveries = deliveries_.size_of(mailing);
    return counted;
}

// Read once for each mailing; from then on they are counted.
MailboxAnswers& RefusalWatch::answers_of(std::int64_t mailing) {
    const auto [found, is_new] = changed_answers_.try_emplace(mailing);
    if (is_new) {
        const auto known = answers_.find(mailing);
        found->second = known != answers_.end() ? known->second : attempts_.mailbox_answers(mailing);
    }
    return found->second;
}

void RefusalWatch::count_answer(const Report& report) {
    const std::int64_t mailing = report.delivery.mailing_id;
    if (!answers_.contains(mailing) && !changed_answers_.contains(mailing)) return;
    if (report.outcome.kind != OutcomeKind::accepted && !for_good(report.outcome.kind)) return;
    MailboxAnswers& counted = answers_of(mailing);
    ++counted.answers;
    if (is_about_mailbox(report.outcome)) ++counted.about_mailbox;
}

void RefusalWatch::keep() {
    for (auto& [key, runs] : changed_runs_) {
        if (runs.empty()) {
            runs_.erase(key);
        } else {
            runs_.insert_or_assign(key, std::move(runs));
        }
    }
    if (answers_.size() > most_mailings_counted) answers_.clear();
    for (const auto& [mailing, counted] : changed_answers_) answers_.insert_or_assign(mailing, counted);
    changed_runs_.clear();
    changed_answers_.clear();
}

// A mailing whose last readers were refused leaves a run behind that nobody will end.
void RefusalWatch::forget_ended_runs() {
    if (runs_.size() <= many_runs) return;
    std::erase_if(runs_, [this](const auto& run) {
        const std::int64_t mailing = run.first.second;
        return mailing != all_mailings && mailings_.is_over(mailing);
    });
}

void RefusalWatch::recall(const std::vector<std::string>& relays) {
    for (const AttemptOnRecord& attempt : attempts_.last_attempts(recalled_attempts)) {
        const auto lane = std::ranges::find(relays, attempt.relay);
        if (lane == relays.end() || attempt.outcome.code == 0) continue;
        const Report report{static_cast<std::size_t>(lane - relays.begin()), attempt.delivery,
                            attempt.outcome, attempt.outcome.kind};
        const Key own{report.lane, report.delivery.mailing_id};
        const Key all{report.lane, all_mailings};
        if (report.outcome.kind == OutcomeKind::accepted) {
            runs_.erase(own);
            runs_.erase(all);
        } else if (for_good(report.outcome.kind)) {
            static_cast<void>(add_to_run(runs_[own], report, attempt.id, attempt.at));
        } else if (for_now(report.outcome.kind) && report.delivery.tries == 0) {
            static_cast<void>(add_to_run(runs_[all], report, attempt.id, attempt.at));
        }
    }
    changed_answers_.clear();
}

bool RefusalWatch::became_suspected(std::size_t lane, std::int64_t mailing) const {
    const Key key{lane, mailing};
    const auto now = changed_runs_.find(key);
    if (now == changed_runs_.end() || !now->second.suspects()) return false;
    const auto before = runs_.find(key);
    return before == runs_.end() || !before->second.suspects();
}

void RefusalWatch::limit_suspects(std::size_t lane, Allowance& allowance) {
    const auto limit = [&](const Key& key, const RefusalRuns& runs) {
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
    for (const auto& [key, runs] : changed_runs_) limit(key, runs);
    for (const auto& [key, runs] : runs_) {
        if (!changed_runs_.contains(key)) limit(key, runs);
    }
}

}  // namespace paperround::queue
