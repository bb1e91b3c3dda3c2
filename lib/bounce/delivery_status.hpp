// The body of message/delivery-status (RFC 3464) and message/global-delivery-status (RFC 6533), read tolerantly. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounce/report.hpp"

namespace paperround::bounce {

// What is said of one recipient, as it stands there.
struct RecipientStatus {
    std::string final_recipient;     // clean address, or what stands there if it is none ("kim"); or empty
    std::string original_recipient;  // clean address, or empty
    Action action = Action::none;
    std::string status;          // RFC 3463, or empty
    std::string status_comment;  // "(bad destination mailbox address)"
    std::string diagnostic;      // without its type
    bool will_retry = false;     // Will-Retry-Until is given
};

struct DeliveryStatus {
    std::vector<RecipientStatus> recipients;  // at most recipients_limit
    std::string envelope_id;                  // Original-Envelope-Id (RFC 3464 §2.2.1), or empty
};

constexpr std::size_t recipients_limit = 1000;

// Of a diagnostic, as in "smtp; 550 …", "X-Postfix; …", "x-unix; 255": the type is one word of RFC 3464's, and some
// leave it out.
[[nodiscard]] std::string_view without_type(std::string_view diagnostic);

[[nodiscard]] DeliveryStatus parse_delivery_status(std::string_view text);

}  // namespace paperround::bounce
