#include "daemon/log_filter.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include "audience/audience_store.hpp"
#include "base/mailbox.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "daemon/command.hpp"
#include "daemon/local_time.hpp"
#include "queue/address_pattern.hpp"
#include "queue/queue_store.hpp"

namespace paperround::daemon {

namespace {

using queue::OutcomeKind;

LogProblem unreadable(std::string_view option, std::string_view expected, const std::string& text) {
    return {EX_USAGE, fmt::format("--{}: expected {}, got \"{}\"", option, expected, text)};
}

std::vector<OutcomeKind> all_outcomes() {
    std::vector<OutcomeKind> kinds;
    for (int number = 0;; ++number) {
        const auto kind = static_cast<OutcomeKind>(number);
        if (queue::to_string(kind) == "?") return kinds;
        kinds.push_back(kind);
    }
}

Result<std::vector<OutcomeKind>, LogProblem> outcomes_from(const std::string& list) {
    std::vector<OutcomeKind> kinds;
    if (list.empty()) return kinds;
    for (const std::string_view word : split(list, ',')) {
        const auto kind = parse_outcome_word(trim(word));
        if (!kind) {
            std::vector<std::string_view> words;
            for (const OutcomeKind each : all_outcomes()) words.push_back(outcome_word(each));
            return failure(unreadable("outcome", fmt::format("one of {}", fmt::join(words, ", ")), list));
        }
        kinds.push_back(*kind);
    }
    return kinds;
}

Result<std::optional<Span>, LogProblem> span_from(std::string_view option, const std::string& text,
                                                  Time now) {
    if (text.empty()) return std::optional<Span>();
    const auto span = parse_local_time(text, now);
    if (span) return span;
    return failure(
        unreadable(option, "30m (ago), 2026-11-22, 11-22 09:00, 09:00:05 or 2026-11-22T08:00:05Z", text));
}

std::optional<LogProblem> add_recipient(queue::LogFilter& filter, const LogQuestion& question,
                                        db::Database& database) {
    if (question.recipient.empty()) return std::nullopt;
    auto who = addressed(question.recipient, database);
    if (!who) return std::move(who.error());
    filter.subscriber_id = who->subscriber_id;
    filter.recipient = std::move(who->address);
    filter.recipient_like = std::move(who->like);
    return std::nullopt;
}

std::optional<LogProblem> add_mailing(queue::LogFilter& filter, const LogQuestion& question,
                                      const config::Settings& settings, db::Database& database) {
    filter.newsletter = question.newsletter;
    if (!question.newsletter.empty() && !queue::DeliveryLog(database).knows_newsletter(question.newsletter)) {
        const auto known = find_newsletter(settings, question.newsletter);
        if (!known) return LogProblem{EX_DATAERR, known.error()};
    }
    if (!question.mailing) return std::nullopt;
    filter.mailing_id = question.mailing;
    if (queue::QueueStore(database).mailing(*question.mailing)) return std::nullopt;
    return LogProblem{EX_DATAERR, fmt::format("no mailing {}", *question.mailing)};
}

}  // namespace

Result<queue::LogFilter, LogProblem> log_filter(const LogQuestion& question, const config::Settings& settings,
                                                db::Database& database, Time now) {
    queue::LogFilter filter;
    filter.last = question.last;
    auto outcomes = outcomes_from(question.outcome);
    if (!outcomes) return failure(std::move(outcomes.error()));
    filter.outcomes = std::move(*outcomes);
    const auto since = span_from("since", question.since, now);
    if (!since) return failure(since.error());
    if (*since) filter.since = (*since)->begin;
    const auto until = span_from("until", question.until, now);
    if (!until) return failure(until.error());
    if (*until) filter.until = (*until)->end;
    if (auto problem = add_mailing(filter, question, settings, database)) return failure(std::move(*problem));
    if (auto problem = add_recipient(filter, question, database)) return failure(std::move(*problem));
    return filter;
}

Result<Addressed, LogProblem> addressed(const std::string& text, db::Database& database) {
    std::string_view meant = trim(text);
    if (meant.starts_with("*@") && meant.find('*', 1) == std::string_view::npos) meant.remove_prefix(1);
    queue::DeliveryLog log(database);
    Addressed who;
    if (const auto mailbox = parse_mailbox(meant); mailbox && !meant.starts_with('@')) {
        const auto reader = audience::AudienceStore(database).find(mailbox->address);
        if (reader) who.subscriber_id = reader->id;
        if (reader || log.knows_recipient(queue::pattern_of_address(mailbox->address))) {
            who.address = mailbox->address;
            return who;
        }
    }
    const bool domain_alone = meant.find('@') == 0 || meant.find_first_of("@*") == std::string_view::npos;
    if (domain_alone) {
        who.like = queue::pattern_of_domain(meant);
        if (log.knows_recipient(who.like)) return who;
    }
    who.like = queue::pattern_of_part(meant);
    if (log.knows_recipient(who.like)) return who;
    return failure(LogProblem{
        EX_DATAERR,
        fmt::format("\"{}\" is on record neither as an address, nor as a domain, nor as a part of one",
                    terminal_text(meant))});
}

std::string_view outcome_word(OutcomeKind kind) {
    switch (kind) {
        case OutcomeKind::accepted:
            return "sent";
        case OutcomeKind::rejected_recipient:
            return "bounced";
        case OutcomeKind::perhaps_recipient:
            return "bounced?";
        case OutcomeKind::deferred:
            return "deferred";
        case OutcomeKind::rejected_message:
            return "message";
        case OutcomeKind::rejected_sender:
            return "sender";
        case OutcomeKind::rejected_policy:
            return "refused";
        case OutcomeKind::domain_slowed:
            return "slowed";
        case OutcomeKind::relay_trouble:
            return "relay";
        case OutcomeKind::in_doubt:
            return "in doubt";
        case OutcomeKind::protocol:
            return "protocol";
        case OutcomeKind::withdrawn:
            return "withdrawn";
        case OutcomeKind::perhaps_relay:
            return "relay?";
        case OutcomeKind::relay_slowed:
            return "relay slowed";
        case OutcomeKind::relay_quota:
            return "quota";
        case OutcomeKind::session_limit:
            return "session full";
        case OutcomeKind::connections_limit:
            return "connection full";
        case OutcomeKind::session_broken:
            return "connection broke";
    }
    return "?";
}

std::optional<OutcomeKind> parse_outcome_word(std::string_view word) {
    const std::string spaced = replace_all(word, "-", " ");
    for (const OutcomeKind kind : all_outcomes()) {
        if (ascii_iequals(outcome_word(kind), spaced)) return kind;
    }
    return queue::parse_outcome_kind(ascii_lower(word));
}

}  // namespace paperround::daemon
