// Tells from the words of a refusal what it is about. Servers use the same code at the same stage for an
// unknown mailbox, for our name or for our exhausted account; only the words differ. Pure; knows the English
// words of Postfix, Exim, Sendmail, Exchange and the large services. If the words do not tell, the result is
// `nothing`: then stage and codes decide (smtp/reply_policy.hpp), and whether others got the same refusal
// (queue/policy/refusal_runs.hpp).
#pragma once

#include <string_view>

namespace paperround::refusal {

enum class RefusalSubject {
    nothing,        // the words do not tell
    reader_choice,  // this reader, or this reader's group, does not accept mail from everybody
    sender,         // the sender's address or domain, or which sender this account may use
    client,         // our EHLO name, our address, or our account with the relay
    relaying,       // the relay does not relay for us
    quota,          // our messages of this hour or day are used up
    rate,           // too many messages or connections at a time
    session,        // too many messages in this session
    full_mailbox,   // this reader's mailbox is full
};

[[nodiscard]] RefusalSubject subject_of_words(std::string_view text);

// The words count what the client sends: the server that we are connected to has a limit.
[[nodiscard]] bool counts_its_client(std::string_view text);
// The words name our account with the relay or our login: so the relay itself refuses, and not a server
// behind it.
[[nodiscard]] bool names_our_account(std::string_view text);

// The words say that a mailbox does not exist or accepts no mail.
[[nodiscard]] bool says_no_such_mailbox(std::string_view text);

}  // namespace paperround::refusal
