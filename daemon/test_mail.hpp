// One message to one address, past the queue and its records: for tests of what a mail looks like.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "queue/outcome.hpp"

namespace paperround::daemon {

// Tries the newsletter's relays in their order until one has an answer about the message.
[[nodiscard]] queue::Outcome send_test_mail(const config::Settings& settings,
                                            const config::Newsletter& newsletter,
                                            const std::string& recipient, const std::string& message);

}  // namespace paperround::daemon
