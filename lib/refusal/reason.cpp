#include "refusal/reason.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "refusal/phrases.hpp"
#include "refusal/reason_words.hpp"
#include "refusal/refusal_words.hpp"

namespace paperround::refusal {

namespace {

constexpr std::size_t text_limit = 4096;

// Host names, addresses and links hold words that say nothing: "mx.antispam.example.org said: user unknown".
bool is_name(std::string_view token) {
    if (token.find('@') != std::string_view::npos || token.find("://") != std::string_view::npos) return true;
    const auto dot = token.find('.');
    return dot != std::string_view::npos && dot > 0 && dot + 1 < token.size() &&
           is_ascii_alpha(token[dot - 1]) && is_ascii_alpha(token[dot + 1]);
}

std::string without_names(std::string_view lower, std::string_view instead) {
    std::string out;
    for (const std::string_view token : split(lower, ' ')) {
        const std::string_view written = is_name(token) ? instead : token;
        if (written.empty()) continue;
        out += written;
        out += ' ';
    }
    return out;
}

// A name that is not found now may be found later; then it is the name server's trouble.
constexpr std::string_view for_now = "try again|temporar|did not complete|lookup failure|deferred|4.4.3|";

// What the words that judge an SMTP session make of it.
std::optional<WordsReason> reason_of_subject(std::string_view text) {
    switch (subject_of_words(text)) {
        case RefusalSubject::full_mailbox:
            return WordsReason{Reason::mailbox_full, true};
        case RefusalSubject::reader_choice:
        case RefusalSubject::sender:
            return WordsReason{Reason::rejected, true};
        case RefusalSubject::client:
        case RefusalSubject::relaying:
            return WordsReason{Reason::policy, true};
        case RefusalSubject::quota:
        case RefusalSubject::rate:
        case RefusalSubject::session:
            return WordsReason{Reason::rate, true};
        case RefusalSubject::nothing:
            break;
    }
    if (says_no_such_mailbox(text)) return WordsReason{Reason::user_unknown, false};
    return std::nullopt;
}

struct StatusReason {
    std::string_view detail;
    WordsReason means;
};

constexpr std::array status_reasons{
    StatusReason{"1.1", {Reason::user_unknown, true}},   StatusReason{"1.2", {Reason::host_unknown, true}},
    StatusReason{"1.3", {Reason::user_unknown, true}},   StatusReason{"1.4", {Reason::user_unknown, false}},
    StatusReason{"1.6", {Reason::has_moved, true}},      StatusReason{"1.7", {Reason::rejected, true}},
    StatusReason{"1.8", {Reason::rejected, true}},       StatusReason{"1.9", {Reason::system, false}},
    StatusReason{"1.10", {Reason::user_unknown, true}},  StatusReason{"1.0", {Reason::user_unknown, false}},
    StatusReason{"2.0", {Reason::rejected, false}},      StatusReason{"2.1", {Reason::inactive, true}},
    StatusReason{"2.2", {Reason::mailbox_full, true}},   StatusReason{"2.3", {Reason::too_large, true}},
    StatusReason{"2.4", {Reason::system, false}},        StatusReason{"3.1", {Reason::system, true}},
    StatusReason{"3.4", {Reason::too_large, true}},      StatusReason{"4.0", {Reason::network, false}},
    StatusReason{"4.1", {Reason::network, false}},       StatusReason{"4.2", {Reason::network, false}},
    StatusReason{"4.3", {Reason::network, false}},       StatusReason{"4.4", {Reason::host_unknown, false}},
    StatusReason{"4.5", {Reason::rate, false}},          StatusReason{"4.6", {Reason::network, true}},
    StatusReason{"4.7", {Reason::expired, true}},        StatusReason{"4.14", {Reason::network, true}},
    StatusReason{"4.310", {Reason::host_unknown, true}}, StatusReason{"4.316", {Reason::expired, true}},
    StatusReason{"5.3", {Reason::rate, false}},          StatusReason{"7.17", {Reason::user_unknown, true}},
    StatusReason{"7.18", {Reason::host_unknown, true}},
};

// By the subject alone (RFC 3463 §3).
std::optional<WordsReason> reason_of_subject_number(std::string_view detail) {
    switch (detail.front()) {
        case '3':
        case '5':
            return WordsReason{Reason::system, false};
        case '4':
            return WordsReason{Reason::network, false};
        case '6':
            return WordsReason{Reason::content, false};
        case '7':
            return WordsReason{Reason::policy, false};
        default:
            return std::nullopt;
    }
}

Reason reason_of_code(int code) {
    switch (code) {
        case 521:
        case 556:
            return Reason::host_unknown;  // RFC 7504
        case 551:
            return Reason::has_moved;
        case 552:
        case 452:
            return Reason::mailbox_full;
        case 530:
        case 535:
            return Reason::policy;
        case 550:
        case 553:
        case 554:
        case 571:
            return Reason::rejected;
        default:
            return Reason::unknown;
    }
}

}  // namespace

std::string_view to_string(Reason reason) {
    constexpr std::array<std::string_view, 16> names{"none",      "user_unknown", "inactive",  "host_unknown",
                                                     "has_moved", "mailbox_full", "too_large", "spam",
                                                     "content",   "policy",       "rejected",  "rate",
                                                     "expired",   "network",      "system",    "unknown"};
    return names.at(static_cast<std::size_t>(reason));
}

std::optional<WordsReason> reason_of_words(std::string_view text) {
    const std::string whole = plain_words(utf8_prefix(text, text_limit));
    const std::string words = without_names(whole, "-");
    // "Account ann@example.org is disabled" says that the account is disabled.
    const std::string closed_up = without_names(whole, "");
    std::optional<WordsReason> vague;
    for (const ReasonPhrases& each : reason_phrases()) {
        if (each.in_names ? !has_any_phrase(whole, each.phrases)
                          : !has_any_phrase(words, each.phrases) && !has_any_phrase(closed_up, each.phrases))
            continue;
        if (each.reason == Reason::host_unknown && has_any_phrase(words, for_now))
            return WordsReason{Reason::network, true};
        if (each.certain) return WordsReason{each.reason, true};
        if (!vague) vague = WordsReason{each.reason, false};
    }
    const auto judged = reason_of_subject(words);
    return judged && (judged->certain || !vague) ? judged : vague;
}

std::optional<WordsReason> reason_of_status(std::string_view status) {
    if (status.size() < 5 || status.front() == '2') return std::nullopt;
    const std::string_view detail = status.substr(2);
    const auto* const found = std::ranges::find(status_reasons, detail, &StatusReason::detail);
    if (found != status_reasons.end()) return found->means;
    return reason_of_subject_number(detail);
}

Reason reason_of(std::string_view words, std::string_view status, int code) {
    const auto said = reason_of_words(words);
    if (said && said->certain) return said->reason;
    const auto coded = reason_of_status(status);
    if (coded && coded->certain) return coded->reason;
    // "Access denied" alone says less than any status does.
    const bool says_little =
        said && said->reason == Reason::rejected && coded && coded->reason != Reason::user_unknown;
    if (said && !says_little) return said->reason;
    if (coded) return coded->reason;
    return reason_of_code(code);
}

bool ends_an_address(Reason reason) {
    return reason == Reason::user_unknown || reason == Reason::inactive || reason == Reason::host_unknown ||
           reason == Reason::has_moved;
}

}  // namespace paperround::refusal
