// What the words of a refusal are about. Servers say with the same code and at the same stage that a mailbox
// is unknown, that they do not like our name, or that our account is used up; only the words tell these
// apart. Pure; the words are those of Postfix, Exim, Sendmail, Exchange and the large services, in English.
// What no word gives away is `nothing`: then stage and codes decide (smtp/reply_policy.hpp), and who else
// heard the same (queue/refusal_runs.hpp).
#pragma once

#include <string_view>

namespace paperround::smtp {

enum class RefusalSubject {
    nothing,        // no word says whom it is about
    reader_choice,  // this reader, or this reader's group, does not take mail from everybody
    sender,         // the sender's address or domain, or what it may send as
    client,         // our EHLO name, our address, or our account with the relay
    relaying,       // the relay carries no mail for us
    quota,          // what we may send in an hour or a day is used up
    rate,           // too many messages or connections at a time
    session,        // too many messages in this session
    full_mailbox,   // this reader's mailbox has no room
};

[[nodiscard]] RefusalSubject subject_of_words(std::string_view text);

// The words count what comes from the client that they are said to: the server that we are connected to has a
// limit.
[[nodiscard]] bool counts_its_client(std::string_view text);
// The words name our account with the relay or our login: then it is the relay that speaks, and not a server
// behind it.
[[nodiscard]] bool names_our_account(std::string_view text);

// The words say that a mailbox does not exist or takes no mail.
[[nodiscard]] bool says_no_such_mailbox(std::string_view text);

}  // namespace paperround::smtp
