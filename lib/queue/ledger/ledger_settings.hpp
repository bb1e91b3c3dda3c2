// What a ledger is made with: a lane for each relay, limits, and how what failed is tried again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "queue/ledger/allotment.hpp"
#include "queue/limit/providers.hpp"
#include "queue/store/limit_store.hpp"

namespace paperround::queue {

// One relay's share of the work.
struct LaneSettings {
    std::string relay;
    unsigned connections = 1;  // 0: nothing is claimed; a predecessor's couriers still report (a reload)
    std::vector<std::string> newsletters;     // whose mailings this relay carries
    std::map<std::string, unsigned> weights;  // its part of a newsletter's work, where that is not 1
    unsigned messages = 100;                  // in one session
};

struct LedgerSettings {
    config::Retry retry;
    config::OnDoubt on_doubt = config::OnDoubt::resend;
    unsigned doubt_window = 50;
    std::vector<LaneSettings> lanes;
    std::vector<LimitSettings> limits;
    config::Breaker breaker;
    SendWindows windows;
    std::shared_ptr<const Providers> providers = std::make_shared<Providers>();
    Duration patience = std::chrono::seconds(30);  // of who waits for the end, with a database in trouble
};

}  // namespace paperround::queue
