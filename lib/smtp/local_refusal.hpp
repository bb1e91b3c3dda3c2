// Transactions that are refused here, before an octet is written, because the server would refuse them or
// because they must not be sent at all. Pure.
//
// A problem of one reader ends that delivery alone (`rejected_policy`); only a problem of every reader pauses
// a mailing (`rejected_message`) or a newsletter (`rejected_sender`).
//
// SMTPUTF8 (RFC 6531) is needed if an address of the envelope, or the header, is not ASCII. A server that
// offers it must offer 8BITMIME too (§3.1); without that a header in UTF-8 is not sent.
#pragma once

#include <optional>

#include "queue/outcome.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/envelope.hpp"

namespace paperround::smtp {

// The outcome, without a reply and with code 0; nothing if the transaction may begin.
[[nodiscard]] std::optional<queue::Outcome> refuse_locally(const Upcoming& transaction,
                                                           const Capabilities& offered);

[[nodiscard]] bool needs_utf8(const Upcoming& transaction);
// SMTPUTF8 is needed only for the reader's address: the same sender's mail to other readers does not need it.
[[nodiscard]] bool reader_needs_utf8(const Upcoming& transaction);

}  // namespace paperround::smtp
