// A configuration as the ledger needs it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "queue/ledger/ledger.hpp"
#include "queue/limit/providers.hpp"

namespace paperround::pipeline {

// `inherited`: relays of which a predecessor still holds deliveries, or an earlier process left outcomes. A relay that is no longer configured
// gets a lane for these, and nothing is claimed for it.
[[nodiscard]] queue::LedgerSettings ledger_settings(const config::Settings& settings,
                                                    std::shared_ptr<const queue::Providers> providers,
                                                    const std::vector<std::string>& inherited = {});

}  // namespace paperround::pipeline
