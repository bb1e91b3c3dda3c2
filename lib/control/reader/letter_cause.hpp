// Why a reader has no copy of a letter of a welcome series. A part of control/reader/explanation.hpp.
#pragma once

#include "control/reader/explanation.hpp"
#include "queue/mailing.hpp"

namespace paperround::control {

// A mailing of letters, of which the reader has no copy.
void explain_no_letter(Desk& desk, const queue::Mailing& mailing, std::int64_t subscriber_id,
                       Explanation& explanation);

}  // namespace paperround::control
