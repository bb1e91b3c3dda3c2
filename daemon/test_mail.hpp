// Sends one message to one address without the queue and its records: for tests of a mail's looks.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "queue/outcome.hpp"

namespace paperround::daemon {

// Tries the newsletter's relays in order until one has given an answer about the message.
[[nodiscard]] queue::Outcome send_test_mail(const config::Settings& settings,
                                            const config::Newsletter& newsletter,
                                            const std::string& recipient, const std::string& message);

}  // namespace paperround::daemon
