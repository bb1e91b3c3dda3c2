#include "smtp/reply_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/text.hpp"
#include "refusal/refusal_words.hpp"

namespace paperround::smtp {

namespace {

using queue::OutcomeKind;
using queue::Stage;
using refusal::RefusalSubject;

bool contains_word_part(std::string_view text, std::initializer_list<std::string_view> parts) {
    const std::string lower = ascii_lower(text);
    return std::ranges::any_of(parts,
                               [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

// Subject and detail of an enhanced code: "1.1" of "5.1.1". Empty if there is none, or if its class
// contradicts the basic code.
std::string_view status(const Reply& reply) {
    if (reply.enhanced.empty() || reply.enhanced.front() - '0' != reply.severity()) return {};
    return std::string_view(reply.enhanced).substr(2);
}

template <std::size_t N>
constexpr bool one_of(std::string_view value, const std::array<std::string_view, N>& values) {
    return std::ranges::find(values, value) != values.end();
}

// Statuses that can only mean this mailbox or its domain.
constexpr std::array<std::string_view, 6> names_the_recipient{"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"};
constexpr std::array<std::string_view, 2> too_large{"3.4", "2.3"};
constexpr std::string_view mailbox_full = "2.2";
// Statuses that can only mean the sender: RFC 3463 x.1.7 and x.1.8, Exchange's 5.7.60 and 5.2.252.
constexpr std::array<std::string_view, 4> names_the_sender{"1.7", "1.8", "7.60", "2.252"};
constexpr std::array<std::string_view, 5> authentication_failed{"7.23", "7.24", "7.25", "7.26", "7.27"};
// Exchange Online cannot attribute the mail to any of its customers.
constexpr std::string_view unknown_tenant = "7.64";
// Exchange Online's 5.7.700 to 5.7.799: the customer is blocked or over a limit ("tenant has exceeded
// threshold").
bool blocks_tenant(std::string_view detail) {
    return detail.size() == 5 && detail.starts_with("7.7");
}
constexpr std::string_view too_many_recipients = "5.3";
constexpr std::string_view congestion = "4.5";
// RFC 6531 §3.7.4.2: the address needs SMTPUTF8, and the next server lacks it.
constexpr std::string_view address_not_ascii = "6.7";

// The server requires a login or TLS first, or rejects the login: a problem of the relay's configuration at
// any stage (RFC 4954 §6, RFC 3207 §4).
bool concerns_the_session(int code) {
    return code == 530 || code == 534 || code == 535 || code == 538;
}

// We and the server disagree about the state of the dialogue; that says nothing about sender or recipient.
// With a policy status it is a refusal: Brevo replies "502 5.7.0" if an account is not activated.
bool out_of_step(const Reply& reply) {
    const bool of_dialogue = reply.code == 500 || reply.code == 502 || reply.code == 503;
    return of_dialogue && !status(reply).starts_with("7.");
}

// Whom the refusal is about, by its words and by unambiguous statuses.
RefusalSubject subject_of(Stage stage, const Reply& reply) {
    const std::string_view detail = status(reply);
    const bool before_content = stage == Stage::mail || stage == Stage::rcpt;
    const RefusalSubject words = refusal::subject_of_words(reply.text);
    // A reader's choice is expressed with words and statuses about the sender, so it is checked first.
    if (words == RefusalSubject::reader_choice) return words;
    if (one_of(detail, names_the_sender)) return RefusalSubject::sender;
    // SPF, DKIM, DMARC and reverse DNS (RFC 7372): one provider's opinion until others share it.
    if (one_of(detail, authentication_failed)) return RefusalSubject::nothing;
    if (detail == unknown_tenant) return RefusalSubject::client;
    if (blocks_tenant(detail)) return RefusalSubject::quota;
    if (reply.code == 452 && detail == too_many_recipients && before_content) return RefusalSubject::session;
    if (detail == congestion && words == RefusalSubject::nothing)
        return reply.severity() == 5 ? RefusalSubject::quota : RefusalSubject::session;
    const bool of_our_account = words == RefusalSubject::quota || words == RefusalSubject::rate;
    // "The user is receiving mail at too high a rate": a limit of the mailbox, not of our account.
    const bool of_a_mailbox = one_of(detail, names_the_recipient) || detail == mailbox_full;
    if (of_our_account && of_a_mailbox && !refusal::names_our_account(reply.text))
        return RefusalSubject::nothing;
    // For these statuses and at MAIL, words about a full mailbox do not count: the status is more reliable.
    const bool of_something_else = one_of(detail, names_the_recipient) || one_of(detail, too_large) ||
                                   detail.starts_with("7.") || stage == Stage::mail;
    if (words == RefusalSubject::full_mailbox && of_something_else) return RefusalSubject::nothing;
    return words;
}

// The outcome if the words tell whom the refusal is about; nothing if stage and codes decide.
std::optional<OutcomeKind> judge_subject(Stage stage, const Reply& reply) {
    const bool for_good = reply.severity() == 5;
    switch (subject_of(stage, reply)) {
        case RefusalSubject::nothing:
            return std::nullopt;
        case RefusalSubject::reader_choice:
            if (for_good && stage != Stage::mail) return OutcomeKind::rejected_policy;
            return std::nullopt;
        case RefusalSubject::sender:
            return for_good ? OutcomeKind::rejected_sender : OutcomeKind::relay_trouble;
        case RefusalSubject::client:
            return OutcomeKind::relay_trouble;
        case RefusalSubject::relaying:
            return stage == Stage::mail ? OutcomeKind::relay_trouble : OutcomeKind::perhaps_relay;
        case RefusalSubject::quota:
            return OutcomeKind::relay_quota;
        case RefusalSubject::session:
            return OutcomeKind::session_limit;
        case RefusalSubject::rate:
            // At RCPT the refusal may be the recipient's provider's; queue/policy/refusal_runs compares it with
            // other recipients'.
            if (stage == Stage::rcpt && status(reply).starts_with("7.") &&
                !refusal::names_our_account(reply.text) && !refusal::counts_its_client(reply.text))
                return OutcomeKind::domain_slowed;
            return OutcomeKind::relay_slowed;
        case RefusalSubject::full_mailbox:
            return OutcomeKind::deferred;
    }
    return std::nullopt;
}

// Greylisting is often announced as 4.7.1, but only asks for a later attempt.
bool says_greylisted(const Reply& reply) {
    return reply.severity() == 4 &&
           contains_word_part(reply.text, {"greylist", "graylist", "grey-list", "gray-list", "postgrey"});
}

OutcomeKind temporary(Stage stage, const Reply& reply) {
    if (says_greylisted(reply)) return OutcomeKind::deferred;
    if (const auto named = judge_subject(stage, reply)) return *named;
    // MAIL names no recipient, so no recipient's attempt counts.
    if (stage == Stage::mail) return OutcomeKind::relay_trouble;
    // Throttles at the final dot without a 4.7 status: 432 of Exchange, 454 of Amazon SES (in RFC 4954 it is
    // about logins).
    if (stage == Stage::final_dot && (reply.code == 432 || reply.code == 454))
        return OutcomeKind::relay_slowed;
    return status(reply).starts_with("7.") ? OutcomeKind::domain_slowed : OutcomeKind::deferred;
}

OutcomeKind sender_refused(const Reply& reply) {
    if (one_of(status(reply), too_large)) return OutcomeKind::rejected_message;
    // RFC 1870 §6.1: the declared SIZE exceeds the relay's limit.
    if (reply.code == 552 && status(reply).empty()) return OutcomeKind::rejected_message;
    return OutcomeKind::rejected_sender;
}

OutcomeKind recipient_refused(const Reply& reply) {
    const std::string_view detail = status(reply);
    // RFC 7504: the server accepts no mail, whatever the enhanced code says.
    if (reply.code == 521) return OutcomeKind::rejected_policy;
    if (one_of(detail, names_the_recipient)) return OutcomeKind::rejected_recipient;
    if (detail == mailbox_full) return OutcomeKind::deferred;
    if (detail.starts_with("7.")) return OutcomeKind::rejected_policy;
    // 571 is an old code for "blocked".
    if (detail.empty() && reply.code == 571) return OutcomeKind::rejected_policy;
    // Too large for this mailbox only: the mailing goes on for the others.
    if (one_of(detail, too_large)) return OutcomeKind::rejected_policy;
    if (detail.empty() && reply.code == 552) return OutcomeKind::deferred;
    if (detail.empty() && reply.code == 554 && !refusal::says_no_such_mailbox(reply.text))
        return OutcomeKind::rejected_policy;
    return OutcomeKind::perhaps_recipient;
}

OutcomeKind content_refused(Stage stage, const Reply& reply) {
    const std::string_view detail = status(reply);
    // DATA names no recipient: at that stage the same code is not enough evidence for a suppression.
    if (one_of(detail, names_the_recipient)) {
        return stage == Stage::data ? OutcomeKind::perhaps_recipient : OutcomeKind::rejected_recipient;
    }
    if (detail == mailbox_full) return OutcomeKind::deferred;
    if (detail == address_not_ascii) return OutcomeKind::perhaps_recipient;
    if (one_of(detail, too_large) || detail.starts_with("6.")) return OutcomeKind::rejected_message;
    if (detail.empty() && reply.code == 552) {
        // RFC 1870 uses 552 for a message over the size limit, RFC 5321 for a mailbox over its quota. Only
        // clear words about size may pause a whole mailing.
        const bool about_size =
            contains_word_part(reply.text, {"message size", "too large", "too big", "size limit"});
        return about_size ? OutcomeKind::rejected_message : OutcomeKind::deferred;
    }
    // Services that pass on a refusal of the reader's server do so at the final dot.
    if (stage == Stage::final_dot && detail.empty() && refusal::says_no_such_mailbox(reply.text))
        return OutcomeKind::perhaps_recipient;
    return OutcomeKind::rejected_policy;
}

OutcomeKind permanent(Stage stage, const Reply& reply) {
    if (concerns_the_session(reply.code)) return OutcomeKind::relay_trouble;
    if (out_of_step(reply)) {
        return stage == Stage::final_dot ? OutcomeKind::in_doubt : OutcomeKind::protocol;
    }
    if (const auto named = judge_subject(stage, reply)) return *named;
    switch (stage) {
        case Stage::mail:
            return sender_refused(reply);
        case Stage::rcpt:
            return recipient_refused(reply);
        default:
            return content_refused(stage, reply);
    }
}

OutcomeKind judge_kind(Stage stage, const Reply& reply) {
    // "Service not available, closing transmission channel": the session is over, whatever the reason.
    if (reply.code == 421) return OutcomeKind::relay_trouble;
    if (stage < Stage::mail) return OutcomeKind::relay_trouble;
    switch (reply.severity()) {
        case 4:
            return temporary(stage, reply);
        case 5:
            return permanent(stage, reply);
        case 2:
            if (stage == Stage::final_dot) return OutcomeKind::accepted;
            [[fallthrough]];
        default:
            return stage == Stage::final_dot ? OutcomeKind::in_doubt : OutcomeKind::protocol;
    }
}

queue::About about(Stage stage, const Reply& reply) {
    if (says_greylisted(reply)) return queue::About::patience;
    const std::string_view detail = status(reply);
    if (one_of(detail, names_the_recipient) || detail == mailbox_full) return queue::About::mailbox;
    const RefusalSubject subject = subject_of(stage, reply);
    const bool of_a_mailbox = subject == RefusalSubject::full_mailbox ||
                              (subject == RefusalSubject::nothing && !detail.starts_with("7.") &&
                               refusal::says_no_such_mailbox(reply.text));
    return of_a_mailbox ? queue::About::mailbox : queue::About::unclear;
}

// Words and numbers, separated even if written together ("300s").
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const bool digits = is_ascii_digit(text.front());
        const auto belongs = [digits](char c) { return digits ? is_ascii_digit(c) : is_ascii_alpha(c); };
        const auto end = std::ranges::find_if_not(text, belongs);
        const auto length = static_cast<std::size_t>(end - text.begin());
        if (length > 0) words.push_back(text.substr(0, length));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return words;
}

std::optional<Duration> unit_of(std::string_view word) {
    using namespace std::chrono_literals;
    constexpr std::array<std::string_view, 5> seconds{"s", "sec", "secs", "second", "seconds"};
    constexpr std::array<std::string_view, 4> minutes{"min", "mins", "minute", "minutes"};
    constexpr std::array<std::string_view, 5> hours{"h", "hr", "hrs", "hour", "hours"};
    if (one_of(word, seconds)) return 1s;
    if (one_of(word, minutes)) return 1min;
    if (one_of(word, hours)) return 1h;
    return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view text) {
    constexpr std::array<std::string_view, 6> asks_to_wait{"again", "retry", "wait",
                                                           "back",  "later", "delay"};
    constexpr std::array<std::string_view, 6> introduces{"in", "after", "for", "wait", "least", "another"};
    constexpr std::int64_t most_units = 86'400;  // the seconds of a day

    const std::string lower = ascii_lower(text);
    const auto words = words_of(lower);
    if (std::ranges::none_of(words, [&](auto word) { return one_of(word, asks_to_wait); }))
        return std::nullopt;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        if (!is_ascii_digit(words[i].front()) || !one_of(words[i - 1], introduces)) continue;
        const auto unit = unit_of(words[i + 1]);
        if (!unit) continue;
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(words[i].data(), words[i].data() + words[i].size(), count);
        if (error == std::errc::result_out_of_range) count = most_units;
        return std::min<Duration>(std::min(count, most_units) * *unit, std::chrono::hours(24));
    }
    return std::nullopt;
}

queue::Outcome judge(Stage stage, const Reply& reply) {
    queue::Outcome outcome;
    outcome.kind = judge_kind(stage, reply);
    outcome.stage = stage;
    outcome.code = reply.code;
    outcome.enhanced = reply.enhanced;
    outcome.text = reply.text;
    if (reply.severity() >= 4) outcome.about = about(stage, reply);
    if (reply.severity() == 4) outcome.retry_after = parse_retry_after(reply.text);
    return outcome;
}

}  // namespace paperround::smtp
