// Finds in a message what may prove that it is about a mail of ours. Pure.
#pragma once

#include <string_view>

#include "bounce/report.hpp"
#include "bounce/surveyed_message.hpp"

namespace paperround::bounce {

// `envelope_id`: that of its delivery status.
[[nodiscard]] Traces traces_of(const SurveyedMessage& message, Kind kind, std::string_view envelope_id);

}  // namespace paperround::bounce
