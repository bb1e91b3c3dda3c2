// Whether a program answers rather than a person: by the fields of RFC 3834 and those that others use, and where they
// are missing by subject, words and shape. Pure.
#pragma once

#include "bounce/report.hpp"
#include "bounce/surveyed_message.hpp"

namespace paperround::bounce {

struct Answer {
    bool certain = false;          // a field says so, or several signs together
    bool likely = false;           // some sign
    Ground ground = Ground::none;  // or challenge
};

[[nodiscard]] Answer automatic_answer(const SurveyedMessage& message);

}  // namespace paperround::bounce
