#include "refusal/refusal_words.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "refusal/limit_words.hpp"

namespace paperround::refusal {

namespace {

using Phrases = std::initializer_list<std::string_view>;

// Whether the phrase occurs at the beginning of a word: "mail from:" is not in "email from:".
bool contains(std::string_view lower, std::string_view phrase) {
    for (auto at = lower.find(phrase); at != std::string_view::npos; at = lower.find(phrase, at + 1)) {
        if (at == 0 || !is_ascii_alpha(lower[at - 1])) return true;
    }
    return false;
}

bool has_any(std::string_view lower, Phrases phrases) {
    return std::ranges::any_of(phrases, [&](std::string_view phrase) { return contains(lower, phrase); });
}

bool holds_any(std::string_view lower, Phrases parts) {
    return std::ranges::any_of(
        parts, [&](std::string_view part) { return lower.find(part) != std::string_view::npos; });
}

bool about_reader_choice(std::string_view lower) {
    return has_any(lower, {"to this recipient",
                           "to the recipient",
                           "to that recipient",
                           "to send to recipient",
                           "by recipient",
                           "by the recipient",
                           "by this recipient",
                           "recipient's policy",
                           "recipient policy",
                           "recipient has blocked",
                           "recipient does not",
                           "recipient only accepts",
                           "recipient restrict",
                           "to this user",
                           "to this group",
                           "to the group",
                           "to send to group",
                           "to this list",
                           "to the list",
                           "to this mailing list",
                           "to this address",
                           "to this mailbox",
                           "members only",
                           "only members",
                           "user does not accept",
                           "user has blocked",
                           "blocked by user",
                           "blocked by the user",
                           "whitelist only",
                           "not on the guest list",
                           "authenticated for group"}) ||
           holds_any(lower, {"resolver.rst.", "restrictedtorecipients", "authenticatedforgroup"});
}

// Replies about content or reputation mention senders too, but not their addresses.
bool about_reputation(std::string_view lower) {
    return has_any(
        lower, {"spam", "unsolicited", "reputation", "blacklist", "block list", "blocklist", "blocked using",
                "unauthenticated", "dmarc", "dkim", "spf", "guidelines", "virus", "content"});
}

bool about_sender(std::string_view lower) {
    if (has_any(lower,
                {"sender address rejected", "sender rejected", "sender verify failed",
                 "sender verification failed", "could not verify sender", "cannot verify sender",
                 "unable to verify sender", "not owned by", "send as this sender", "to send as",
                 "relaying disallowed as", "not local sender", "domain of sender", "sender address has"}) ||
        holds_any(lower, {"sendasdenied"})) {
        return true;
    }
    if (about_reputation(lower)) return false;
    if (has_any(lower, {"sender address",   "sender domain",     "sender's domain",       "sender's address",
                        "sender email",     "sender e-mail",     "sender identity",       "sender signature",
                        "sender unknown",   "sender invalid",    "sender denied",         "sender refused",
                        "sender not ",      "sender is not ",    "sender does not exist", "invalid sender",
                        "unknown sender",   "bad sender",        "unauthorized sender",   "unverified sender",
                        "envelope sender",  "envelope from",     "envelope-from",         "return path",
                        "return-path",      "reverse-path",      "from address",          "from header",
                        "mail from:",       "mail from <",       "mail from address",     "mail from domain",
                        "mail from must",   "mail from invalid", "sending domain",        "sending address",
                        "unverified domain"})) {
        return true;
    }
    return has_any(lower, {"not verified", "not been verified", "unverified", "unvalidated"}) &&
           has_any(lower, {"domain", "email address", "identit", "sender", "from"});
}

// Only the relay itself speaks of the user who logged in, or of billing.
bool names_account(std::string_view lower) {
    return has_any(lower, {"your account", "your smtp account", "relay limit", "relay quota", "sasl login",
                           "this mail account has sent"});
}

// The account is blocked, or a login is required. Replies about limits use such words too, so they are
// recognised first.
bool about_account(std::string_view lower) {
    const bool blocked = has_any(lower, {"not yet", "not activ", "inactive", "suspended", "disabled",
                                         "blocked", "locked", "paused", "deactivated", "expired"});
    if (blocked && names_account(lower)) return true;
    if (has_any(lower, {"sending paused", "sending is paused", "sending disabled", "sending is disabled",
                        "ip address is not allowed", "ip is not allowed"})) {
        return true;
    }
    // Gmail says this of mail that SPF and DKIM do not authenticate.
    return has_any(lower, {"authentication required", "authentication is required", "must authenticate",
                           "authenticate first", "please authenticate", "client was not authenticated",
                           "client not authenticated", "you are not authenticated",
                           "not authenticated to send", "unauthenticated senders not"}) &&
           !has_any(lower, {"dmarc", "dkim", "spf"});
}

bool about_client(std::string_view lower) {
    if (has_any(lower, {"client host rejected", "cannot find your hostname",
                        "cannot find your reverse hostname", "your host name", "your hostname"})) {
        return true;
    }
    return has_any(lower, {"helo ", "ehlo ", "helo/ehlo", "helo:", "ehlo:", "helo name", "helo command",
                           "helo argument"}) ||
           lower.ends_with(" helo") || lower.ends_with(" ehlo");
}

bool about_relaying(std::string_view lower) {
    return has_any(lower, {"relay access denied",
                           "relaying denied",
                           "relay denied",
                           "relaying not",
                           "relay not permitted",
                           "relay not allowed",
                           "not permitted to relay",
                           "not allowed to relay",
                           "unable to relay",
                           "cannot relay",
                           "can't relay",
                           "do not relay",
                           "don't relay",
                           "not relay",
                           "relay prohibited",
                           "relaying prohibited",
                           "relaying is prohibited",
                           "relaying blocked",
                           "relay operation rejected",
                           "relaying mail to",
                           "relay mail to",
                           "relay rejected",
                           "no relaying",
                           "denies relay",
                           "allowed rcpthosts",
                           "local user only",
                           "local users only"}) ||
           holds_any(lower, {"tenantattribution"});
}

bool about_quota(std::string_view lower) {
    const bool of_mailbox = has_any(lower, {"mailbox", "inbox", "over quota", "over its quota", "recipient's",
                                            "storage", "disk", "is full", "message size", "size limit"});
    if (of_mailbox) return false;
    if (has_any(lower, {"unusual sending", "sending quota", "sending limit", "daily limit", "hourly limit",
                        "monthly limit", "message quota", "out of credits", "insufficient credits"})) {
        return true;
    }
    const bool of_limit = holds_any(lower, {"quota", "limit", "exceed", "maximum", "allowance", "credits"});
    const bool of_period =
        has_any(lower, {"daily", "hourly", "monthly", "per day", "per hour", "per month", "an hour", "a day",
                        "24 hours", "24-hour", "24h", "this hour", "hour limit", "day limit", "today"}) ||
        holds_any(lower, {"/day", "/hour"});
    const bool of_sending = has_any(lower, {"outgoing", "outbound", "submission", "plan", "send limit",
                                            "mail limit", "email limit", "relay limit", "relay quota"}) ||
                            holds_any(lower, {"submissionquota"});
    if (of_limit && (of_period || of_sending)) return true;
    return has_any(lower, {"only"}) && has_any(lower, {"per day", "per hour", "per month"});
}

// This reader's mailbox is full, or receives too much.
bool about_full_mailbox(std::string_view lower) {
    if (has_any(lower, {"mailbox full",   "mailbox is full", "mailbox quota",      "mailbox over",
                        "mailbox size",   "mailbox has ex",  "mailbox exceeded",   "inbox full",
                        "inbox is full",  "out of storage",  "over quota",         "over its quota",
                        "overquota",      "quota exceeded",  "exceeded its quota", "exceeds quota",
                        "exceeded quota", "quota limit",     "disk quota",         "storage space",
                        "storage quota",  "storage limit",   "too much mail data"})) {
        return true;
    }
    return has_any(lower, {"too many messages"}) && has_any(lower, {"on the server", "mailbox", "inbox"});
}

bool about_session(std::string_view lower) {
    const bool of_one =
        has_any(lower, {"this session", "per session", "one session", "smtp session", "the session",
                        "this connection", "per connection", "one connection", "same connection",
                        "one smtp connection", "per smtp connection", "the connection"});
    return of_one && has_any(lower, {"too many", "maximum number", "limit", "exceed", "reconnect"}) &&
           has_any(lower, {"message", "mail", "email", "e-mail", "recipient", "transaction", "reconnect"});
}

// Too many concurrent sessions, or too much at the peak. The words may be those of a quota ("outbound thread
// limit"), but the remedy is fewer sessions at a time.
bool about_crowd(std::string_view lower) {
    return names_connections(lower) || has_any(lower, {"peak"});
}

bool about_rate(std::string_view lower) {
    const bool too_many = has_any(lower, {"too many", "too much mail"}) &&
                          !has_any(lower, {"hops", "received", "header", "invalid", "unknown",
                                           "for this user", "for this recipient", "recipients in"});
    return too_many ||
           has_any(lower,
                   {"throttl",     "rate limit",   "rate-limit",   "ratelimit",       "sending rate",
                    "sender rate", "message rate", "mail rate",    "submission rate", "frequency limit",
                    "too fast",    "too quickly",  "too frequent", "slow down",       "per second",
                    "per minute",  "a minute",     "/minute",      "/second",         "rate exceeded"});
}

bool says_no_mailbox(std::string_view lower) {
    if (has_any(lower, {"user unknown",
                        "unknown user",
                        "unknown recipient",
                        "recipient unknown",
                        "unknown mailbox",
                        "unknown address",
                        "unknown account",
                        "no such user",
                        "no such recipient",
                        "no such mailbox",
                        "no such address",
                        "no such account",
                        "no such person",
                        "no mailbox",
                        "user not found",
                        "recipient not found",
                        "mailbox not found",
                        "address not found",
                        "account not found",
                        "user does not exist",
                        "mailbox unavailable",
                        "mailbox disabled",
                        "mailbox is disabled",
                        "mailbox is inactive",
                        "invalid recipient",
                        "invalid mailbox",
                        "recipient address rejected",
                        "recipient rejected",
                        "bad destination mailbox",
                        "account disabled",
                        "account has been disabled",
                        "account is disabled",
                        "account inactive",
                        "account that you tried to reach",
                        "not a valid mailbox",
                        "unrouteable address",
                        "marked as inactive",
                        "inactive recipient",
                        "user is inactive",
                        "not our customer"})) {
        return true;
    }
    return has_any(lower, {"user", "recipient", "rcpt", "mailbox", "account", "address"}) &&
           holds_any(lower, {"n't exist", "doesn't have a", "does not have a", "not exist", "is unknown",
                             "no longer available", "is not known"});
}

// Postfix writes the reason behind the first of these phrases; RFC 5321 §4.2.2 has the other two for 450 and
// 550, whatever the reason. Only the rest of the reply counts.
std::string without_stock_phrases(std::string_view lower) {
    std::string rest(lower);
    for (const std::string_view phrase :
         {"recipient address rejected:", "requested mail action not taken: mailbox unavailable",
          "requested action not taken: mailbox unavailable"})
        rest = replace_all(rest, phrase, "");
    return rest;
}

}  // namespace

RefusalSubject subject_of_words(std::string_view text) {
    const std::string lower = ascii_lower(text);
    if (about_reader_choice(lower)) return RefusalSubject::reader_choice;
    if (about_client(lower)) return RefusalSubject::client;
    if (about_relaying(lower)) return RefusalSubject::relaying;
    if (about_session(lower)) return RefusalSubject::session;
    if (about_sender(lower)) return RefusalSubject::sender;
    const std::string rest = without_stock_phrases(lower);
    if (says_no_mailbox(rest) && !names_account(rest)) return RefusalSubject::nothing;
    if (about_crowd(rest)) return RefusalSubject::rate;
    if (about_quota(rest)) return RefusalSubject::quota;
    if (about_full_mailbox(rest)) return RefusalSubject::full_mailbox;
    if (about_rate(rest)) return RefusalSubject::rate;
    if (about_account(rest)) return RefusalSubject::client;
    return RefusalSubject::nothing;
}

bool counts_its_client(std::string_view text) {
    return has_any(ascii_lower(text),
                   {"too many recipients from", "too many messages from", "too much mail from"});
}

bool says_no_such_mailbox(std::string_view text) {
    return says_no_mailbox(ascii_lower(text));
}

bool names_our_account(std::string_view text) {
    return names_account(ascii_lower(text));
}

}  // namespace paperround::refusal
