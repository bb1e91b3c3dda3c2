// From what a service says of a recipient to a report: the server's words are judged as they are in mail
// (bounce/judgement.hpp); what the service makes of them counts where they do not tell. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bounce/message_tree.hpp"
#include "bounce/report.hpp"
#include "bounce/webhook/json_value.hpp"
#include "refusal/reason.hpp"

namespace paperround::bounce {

struct EventSays {
    std::string_view recipient = {};
    std::string_view status = {};
    std::string_view words = {};                         // the server's
    std::string_view description = {};                   // the service's own
    refusal::Reason verdict = refusal::Reason::unknown;  // the service's
    std::optional<bool> permanent = {};                  // as the service has it
};
[[nodiscard]] Report event_bounce(const EventSays& says);
[[nodiscard]] Report event_delay(const EventSays& says);
// A complaint or a departure.
[[nodiscard]] Report event_of_reader(Kind kind, std::string_view recipient);

// What the event tells of the message: fields of its header, and the id by which the service knows it, which it said in
// its reply to the dot.
[[nodiscard]] Traces event_traces(std::vector<Field> header, std::vector<std::string> reply_ids);

// One event, or a list of them.
[[nodiscard]] std::vector<const JsonValue*> each_event(const JsonValue& body);

}  // namespace paperround::bounce
