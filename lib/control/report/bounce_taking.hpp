// Takes one mail that came back from whoever hands it over, as an MTA's pipe does. When it returns a value all of it is
// committed, or the mail lies among the unreadable ones; a failure means that nothing was taken and it is to be handed
// over again.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "pipeline/intake/report_intake.hpp"

namespace paperround::control {

// `recipient`: whom the MTA had it for; may be empty. The failure is a line for a person. Does not throw.
[[nodiscard]] Result<pipeline::TakenMail, std::string> take_bounce(const config::Settings& settings,
                                                                   const Clock& clock, Random& random,
                                                                   std::string_view mail,
                                                                   std::string_view recipient);

}  // namespace paperround::control
