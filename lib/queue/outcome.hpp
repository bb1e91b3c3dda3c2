// How one SMTP attempt ended. The kinds are a closed set, one per row of the policy "what a reply means":
// everything a later decision needs (state, retry, suppression, pause) follows from the kind, and nothing
// else may be guessed from codes or texts after smtp/reply_policy.hpp has spoken. The numbers of Stage and
// OutcomeKind are stored: a new value takes a new number, and none is used again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::queue {

enum class Stage {
    connect = 0,
    tls = 1,
    greeting = 2,
    ehlo = 3,
    auth = 4,
    mail = 5,
    rcpt = 6,
    data = 7,
    body = 8,
    final_dot = 9,
};

enum class OutcomeKind {
    accepted = 0,            // 2yz to the final dot
    rejected_recipient = 1,  // this mailbox does not exist or does not take mail: bounced, suppressed
    perhaps_recipient = 2,   // a refusal at RCPT that may mean the sender: bounced, not suppressed by itself
    deferred = 3,            // try again later; counts as an attempt
    rejected_message = 4,    // too large or malformed for this relay: the mailing pauses
    rejected_sender = 5,     // MAIL refused for good: the sender's mailings pause
    rejected_policy = 6,     // content or reputation: refused, the recipient is innocent
    domain_slowed = 7,       // 4.7.x rate or reputation: not counted, the domain is slowed
    relay_trouble = 8,       // the relay's own trouble: not counted, the relay backs off
    in_doubt = 9,            // the final dot may have left and no usable reply came
    protocol = 10,           // unparsable or unexpected reply before the dot: deferred, not counted
    withdrawn = 11,      // given up before the dot: the reader left, or the mailing was paused or cancelled
    perhaps_relay = 12,  // "relay denied" to a session's first recipients: not counted, no sign of its health
    relay_slowed = 13,   // the relay takes fewer messages a second: not counted, its rate is lowered
    relay_quota = 14,    // what the relay lets us send in a day or an hour is used up: not counted, it rests
    session_limit = 15,  // this session has served its share: not counted, a new one is opened
    connections_limit = 16,  // one connection too many while others work: not counted, fewer are used
    session_broken =
        17,  // the connection broke before the dot, the relay works: not counted, sent over another
    bounced_later = 18,  // no attempt: a report that came back says that the message did not arrive
};

// Our own status of a relay whose name could not be resolved (RFC 3463 §3.5: "directory server failure").
constexpr std::string_view name_not_found = "4.4.3";
// Our own status where this machine lacked what a connection needs: a descriptor, a port, memory, the file
// with the relay's authority (RFC 3463 §3.4: "other or undefined mail system status").
constexpr std::string_view without_means = "4.3.0";

// What the words or the status of a refusal are about, as far as they tell.
enum class About {
    unclear,   // us, or nobody can say
    mailbox,   // there is no such mailbox, or it takes no mail now
    patience,  // greylisting: come again
};

struct Outcome {
    OutcomeKind kind = OutcomeKind::deferred;
    Stage stage = Stage::connect;
    int code = 0;          // basic reply code, 0 where there was no reply
    std::string enhanced;  // "5.1.1", or empty
    std::string text;      // the server's words (or ours where it had none); one line, valid UTF-8
    About about = About::unclear;
    std::string tls;                      // "TLSv1.3", or empty where the session was not encrypted
    Duration took{0};                     // from MAIL (or connect) to the reply
    std::optional<Duration> retry_after;  // "try again in N minutes", where the server said so
    bool operator==(const Outcome&) const = default;
};

[[nodiscard]] std::string_view to_string(Stage stage);
[[nodiscard]] std::string_view to_string(OutcomeKind kind);
[[nodiscard]] std::optional<OutcomeKind> parse_outcome_kind(std::string_view text);
// The relay itself failed, not this delivery: no attempt is counted against the recipient.
[[nodiscard]] bool is_relay_trouble(OutcomeKind kind);
// A refusal that says something about the mailbox rather than about us.
[[nodiscard]] bool is_about_mailbox(const Outcome& outcome);
// The relay asked for less of something: it works, and nothing was said about this delivery.
[[nodiscard]] bool is_relay_limit(OutcomeKind kind);
// No session could be opened, for a reason that says nothing about how many the relay takes: its name could
// not be resolved, no access token was to be had, or this machine lacked something.
[[nodiscard]] bool is_about_us_opening(const Outcome& outcome);
// Nothing more is begun with the relay before this has been judged.
[[nodiscard]] bool may_be_relay_trouble(OutcomeKind kind);

}  // namespace paperround::queue
