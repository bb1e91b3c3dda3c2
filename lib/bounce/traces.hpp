// Finds in a message what may prove that it is about a mail of ours. Pure.
#pragma once

#include "bounce/report.hpp"
#include "bounce/surveyed_message.hpp"

namespace paperround::bounce {

[[nodiscard]] Traces traces_of(const SurveyedMessage& message, Kind kind);

}  // namespace paperround::bounce
