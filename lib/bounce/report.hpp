// What a mail that came back means: one report for each recipient that it speaks of. Values only. docs/bounces.md lists
// the closed sets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "refusal/reason.hpp"

namespace paperround::bounce {

enum class Kind {
    bounce,       // the message was not delivered to this recipient, and nobody tries again
    delayed,      // it was not delivered yet; the server goes on trying
    complaint,    // the recipient, or the provider for them, calls it spam
    autoreply,    // a program answers: out of office, a ticket, a challenge
    unsubscribe,  // the recipient asks to leave
    other,        // anything else: a receipt, a relayed message, a person's letter
};
[[nodiscard]] std::string_view to_string(Kind kind);

// What RFC 3464 §2.3.3 calls it; the type of disposition of a receipt (RFC 8098) is not among them.
enum class Action { none, failed, delayed, delivered, relayed, expanded };
[[nodiscard]] std::string_view to_string(Action action);  // of none: empty

enum class Class {
    none,  // no bounce
    soft,  // it may work another time
    hard,  // this address will never work
};
[[nodiscard]] std::string_view to_string(Class of);

// Why. Bounces and delays have a refusal::Reason, the others one of these.
enum class Ground {
    refusal,    // see Report::reason
    none,       // nothing to say
    abuse,      // a complaint: this is spam (RFC 5965 §7.3)
    fraud,      // a complaint: this is a fraud
    virus,      // a complaint: this holds a virus
    opt_out,    // a complaint: the recipient wants no more of it
    challenge,  // an autoreply: a person is to confirm that the sender is one
};

struct Report {
    Kind kind = Kind::other;
    std::string recipient;  // canonical address as far as it is one; empty where nothing names it
    Action action = Action::none;
    std::string status;  // RFC 3463, "5.1.1"; or empty
    int code = 0;        // of SMTP, 400 to 599; or 0
    Class of = Class::none;
    Ground ground = Ground::none;
    refusal::Reason reason = refusal::Reason::none;
    std::string diagnostic;  // the server's words; one line of valid UTF-8, at most 1 000 octets
};
// The word of a report's reason: of the ground, or of the refusal.
[[nodiscard]] std::string_view reason_name(const Report& report);

// What in the message may prove that it is about a mail of ours. As written by a stranger: only a signature, or the
// database, makes it a proof.
struct Traces {
    std::vector<std::string>
        unsubscribe_tokens;  // from List-Unsubscribe of the quoted message, or of the request to leave
    std::vector<std::string> message_ids;   // without brackets
    std::vector<std::string> addressees;    // whom the quoted message was to
    std::vector<std::string> delivered_to;  // whom the report itself was to
    std::vector<std::string> return_paths;  // of the quoted message
    // By which the relay knows the message, as it said in its reply to the dot. Only in what a service signed, or sent
    // with a secret.
    std::vector<std::string> reply_ids = {};
};

struct Reading {
    std::vector<Report> reports;  // at least one
    Traces traces;
};

}  // namespace paperround::bounce
