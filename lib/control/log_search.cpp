#include "control/log_search.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/text/terminal_text.hpp"
#include "control/newsletter_choice.hpp"
#include "queue/admin/address_pattern.hpp"
#include "queue/admin/reader_erasure.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::control {

namespace {

using queue::OutcomeKind;

std::vector<OutcomeKind> all_outcomes() {
    std::vector<OutcomeKind> kinds;
    for (int number = 0;; ++number) {
        const auto kind = static_cast<OutcomeKind>(number);
        if (queue::to_string(kind) == "?") return kinds;
        kinds.push_back(kind);
    }
}

Answer<std::vector<OutcomeKind>> outcomes_from(const std::string& list) {
    std::vector<OutcomeKind> kinds;
    if (list.empty()) return kinds;
    for (const std::string_view word : split(list, ',')) {
        const auto kind = parse_outcome_word(trim(word));
        if (!kind) {
            std::vector<std::string_view> words;
            for (const OutcomeKind each : all_outcomes()) words.push_back(outcome_word(each));
            return refuse(Refusal::Code::malformed, fmt::format("outcome: expected one of {}, got \"{}\"",
                                                                fmt::join(words, ", "), list));
        }
        kinds.push_back(*kind);
    }
    return kinds;
}

// Whom the pattern means. By his number where he is the only one: his attempts are found without reading all of them.
std::optional<Addressed> matching(audience::AudienceStore& audience, std::string like) {
    const auto readers = audience.matching(like, 2);
    if (readers.empty()) return std::nullopt;
    Addressed who;
    if (readers.size() == 1) who.subscriber_id = readers.front();
    who.like = std::move(like);
    return who;
}

}  // namespace

Answer<queue::LogFilter> LogSearch::filter_of(const LogQuestion& question) {
    queue::LogFilter filter;
    filter.last = question.last;
    filter.since = question.since;
    filter.until = question.until;
    auto outcomes = outcomes_from(question.outcome);
    if (!outcomes) return failure(std::move(outcomes.error()));
    filter.outcomes = std::move(*outcomes);
    if (auto problem = add_mailing(filter, question)) return failure(std::move(*problem));
    if (auto problem = add_recipient(filter, question)) return failure(std::move(*problem));
    return filter;
}

void LogSearch::each(const queue::LogFilter& filter,
                     const std::function<void(const queue::LogLine&)>& visit) {
    queue::DeliveryLog(desk_.database()).each(filter, visit);
}

std::int64_t LogSearch::newest_id() {
    return queue::DeliveryLog(desk_.database()).newest_id();
}

std::optional<Refusal> LogSearch::add_recipient(queue::LogFilter& filter, const LogQuestion& question) {
    if (question.recipient.empty()) return std::nullopt;
    auto who = addressed(question.recipient, desk_.database());
    if (!who) return std::move(who.error());
    filter.subscriber_id = who->subscriber_id;
    filter.recipient = std::move(who->address);
    filter.recipient_like = std::move(who->like);
    return std::nullopt;
}

std::optional<Refusal> LogSearch::add_mailing(queue::LogFilter& filter, const LogQuestion& question) {
    filter.newsletter = question.newsletter;
    // One that is configured no more still has its log.
    const bool named = !question.newsletter.empty();
    if (named && !queue::DeliveryLog(desk_.database()).knows_newsletter(question.newsletter)) {
        const auto known = choose_newsletter(desk_.settings(), question.newsletter);
        if (!known) return known.error();
    }
    if (!question.mailing) return std::nullopt;
    filter.mailing_id = question.mailing;
    if (queue::MailingStore(desk_.database()).mailing(*question.mailing)) return std::nullopt;
    return Refusal{Refusal::Code::unknown, fmt::format("no mailing {}", *question.mailing)};
}

Answer<Addressed> addressed(const std::string& text, db::Database& database) {
    std::string_view meant = trim(text);
    if (meant.starts_with("*@") && meant.find('*', 1) == std::string_view::npos) meant.remove_prefix(1);
    audience::AudienceStore audience(database);
    if (const auto mailbox = parse_mailbox(meant); mailbox && !meant.starts_with('@')) {
        if (const auto reader = audience.find(mailbox->address))
            return Addressed{.subscriber_id = reader->id, .address = mailbox->address, .like = {}};
    }
    const bool domain_alone = meant.find('@') == 0 || meant.find_first_of("@*") == std::string_view::npos;
    if (domain_alone) {
        if (auto who = matching(audience, queue::pattern_of_domain(meant))) return *who;
    }
    if (auto who = matching(audience, queue::pattern_of_part(meant))) return *who;
    // Deliveries are to subscribers, or have the labels of those who were forgotten.
    if (meant.starts_with(queue::forgotten_label) && queue::DeliveryLog(database).knows_label(meant))
        return Addressed{.subscriber_id = {}, .address = {}, .like = queue::pattern_of_part(meant)};
    return refuse(
        Refusal::Code::unknown,
        fmt::format("\"{}\" is on record neither as an address, nor as a domain, nor as a part of one",
                    terminal_text(meant)));
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
        case OutcomeKind::bounced_later:
            return "bounced later";
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

}  // namespace paperround::control
