// What the statements of QueueOverview have in common.
#pragma once

#include "queue/stored_states.hpp"

namespace paperround::queue::overview {

// Through the mailings that are not over: what was sent long ago is not read.
inline constexpr auto waiting =
    "FROM mailings m CROSS JOIN deliveries d WHERE d.mailing_id = m.id AND m.state " + mailing_state::open +
    " AND d.state " + delivery_state::not_final + " ";
inline constexpr auto earliest = "min(CASE WHEN " + delivery_state::waiting<"d.state"> + " THEN d.due END) ";

}  // namespace paperround::queue::overview
