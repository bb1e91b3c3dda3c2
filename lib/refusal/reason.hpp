// Why a server refused or gave up a message, in one word of a closed set, told from its words and codes: for what comes
// back by mail, where nobody knows at which stage of which session it was said (that judgement: smtp/reply_policy.hpp).
// docs/bounces.md lists the set. Pure, and linear in the text.
#pragma once

#include <optional>
#include <string_view>

namespace paperround::refusal {

enum class Reason {
    none,          // nothing was refused
    user_unknown,  // there is no such mailbox
    inactive,      // the mailbox is there, and is closed, disabled or abandoned
    host_unknown,  // the domain does not exist, or takes no mail
    has_moved,     // the reader has another address now
    mailbox_full,  // over its quota
    too_large,     // the message is larger than the mailbox or the server takes
    spam,          // the content was taken for spam
    content,       // a virus, an attachment, or a header that the server does not take
    policy,        // the server's rules about who may send: block lists, reputation, authentication, relaying
    rejected,      // the reader or the server does not take mail from this sender, or gave no ground
    rate,          // too much mail, or too many connections, at a time
    expired,       // the message waited until the server gave it up
    network,       // no connection, no answer, or a loop
    system,        // trouble within the server
    unknown,       // nothing tells
};
[[nodiscard]] std::string_view to_string(Reason reason);

// What the words say. `certain`: they can mean nothing else, whatever the status. Knows the words of servers in the
// languages of Europe, and in Chinese and Japanese. Nothing: the words do not tell.
struct WordsReason {
    Reason reason = Reason::unknown;
    bool certain = false;
};
[[nodiscard]] std::optional<WordsReason> reason_of_words(std::string_view text);

// What an enhanced status (RFC 3463; "5.1.1") says. `certain`: it names one reason; the others are used for anything.
[[nodiscard]] std::optional<WordsReason> reason_of_status(std::string_view status);

// All of them together. A certain word comes before the status, a certain status before other words, and the basic
// code is the last resort.
[[nodiscard]] Reason reason_of(std::string_view words, std::string_view status, int code);

// Such an address will never work, if the refusal was permanent.
[[nodiscard]] bool ends_an_address(Reason reason);

}  // namespace paperround::refusal
