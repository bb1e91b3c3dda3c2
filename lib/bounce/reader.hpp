// Reads what comes back by mail: bounces, delays, complaints, automatic replies, requests to leave. The one entrance of
// lib/bounce. Pure and thread-safe; bounce/message_tree.hpp has the limits.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "bounce/message_tree.hpp"
#include "bounce/report.hpp"

namespace paperround::bounce {

// What a message means: a report for each recipient that it speaks of, at least one, at most recipients_limit.
[[nodiscard]] Result<Reading, ReadError> read_message(std::string_view octets);

}  // namespace paperround::bounce
