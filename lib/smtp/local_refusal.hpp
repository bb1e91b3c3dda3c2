// Transactions that are refused here, before an octet is written: what the server would not take, or what
// must not go over a wire at all. Pure.
//
// What concerns one reader ends that delivery alone (`rejected_policy`); only what every reader would meet
// pauses a mailing (`rejected_message`) or a newsletter (`rejected_sender`).
//
// SMTPUTF8 (RFC 6531) is needed where an address of the envelope, or the header, is not ASCII. A server that
// offers it must offer 8BITMIME too (§3.1): without that a header in UTF-8 does not go out.
#pragma once

#include <optional>

#include "queue/outcome.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/envelope.hpp"

namespace paperround::smtp {

// The outcome without a reply, code 0; nothing where the transaction may begin.
[[nodiscard]] std::optional<queue::Outcome> refuse_locally(const Upcoming& transaction,
                                                           const Capabilities& offered);

[[nodiscard]] bool needs_utf8(const Upcoming& transaction);
// For the reader's address alone: other readers' mail from the same sender does not need it.
[[nodiscard]] bool reader_needs_utf8(const Upcoming& transaction);

}  // namespace paperround::smtp
