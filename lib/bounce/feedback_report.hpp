// The body of message/feedback-report (RFC 5965). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounce/report.hpp"

namespace paperround::bounce {

struct FeedbackReport {
    Kind kind = Kind::complaint;  // or other: "this is not spam" (RFC 6430), a failed signature (RFC 6591)
    Ground ground = Ground::abuse;
    std::vector<std::string> recipients;  // addresses only: a redacted one is none; at most recipients_limit
};

[[nodiscard]] FeedbackReport parse_feedback_report(std::string_view text);

}  // namespace paperround::bounce
