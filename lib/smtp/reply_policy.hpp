// What a server's refusal means: the one place where codes and words become a queue::OutcomeKind. Pure: no
// I/O, no clock. First the stage counts, then the enhanced code (RFC 3463), then the basic code; an enhanced
// code of another class than the basic code is ignored. Servers report the sender's problems at RCPT too, so
// only the few codes that can only mean the mailbox suppress a recipient.
#pragma once

#include <optional>
#include <string_view>

#include "queue/outcome.hpp"
#include "smtp/reply.hpp"

namespace paperround::smtp {

// Judges a reply that ends an attempt: any reply to the final dot and, at earlier stages, one that is not the
// expected reply (2yz; 354 to DATA). A reply that makes no sense at its stage is `protocol`, or `in_doubt`
// after the dot. Fills kind, stage, code, enhanced, text and retry_after.
[[nodiscard]] queue::Outcome judge(queue::Stage stage, const Reply& reply);

// The wait that a server's words ask for ("try again in 5 minutes", "retry after 300 seconds"); at most 24
// hours.
[[nodiscard]] std::optional<Duration> parse_retry_after(std::string_view text);

}  // namespace paperround::smtp
