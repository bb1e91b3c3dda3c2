// What the webhooks of mail services say, read as the reports that it is about. Whether a service really said it is
// another matter (bounce/webhook/signatures.hpp), and so is which delivery it is about. Pure and thread-safe; linear in
// the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bounce/report.hpp"

namespace paperround::bounce {

struct Event {
    std::string octets;  // the event alone, as JSON: the same whenever it comes again
    Reading reading;     // a report for each recipient
};

enum class EventError {
    no_json,       // or beyond the limits of bounce/webhook/json_value.hpp
    other_format,  // JSON, and nothing that this service sends
};

// Events that say nothing about a bounce, a delay, a complaint or a departure (deliveries, clicks) are left out.
using Events = Result<std::vector<Event>, EventError>;

// The `Message` of a notification of SNS: what Amazon SES publishes of bounces, complaints and delays, as feedback
// notifications (`notificationType`) or as events of a configuration set (`eventType`).
[[nodiscard]] Events ses_events(std::string_view message);
// Bodies of requests.
[[nodiscard]] Events sendgrid_events(std::string_view body);
[[nodiscard]] Events mailgun_events(std::string_view body);
[[nodiscard]] Events postmark_events(std::string_view body);
[[nodiscard]] Events mailjet_events(std::string_view body);
[[nodiscard]] Events brevo_events(std::string_view body);

}  // namespace paperround::bounce
