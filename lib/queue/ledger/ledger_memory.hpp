// What the ledger's thread knows from step to step: of each relay, of limits and refusals, and of what others wrote.
// Made from what is stored. The ledger's thread alone.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/ledger/allotment.hpp"
#include "queue/ledger/claim.hpp"
#include "queue/ledger/ledger_settings.hpp"
#include "queue/ledger/refusal_watch.hpp"
#include "queue/recorder/flight_recorder.hpp"
#include "queue/relay/relay_health.hpp"
#include "queue/relay/relay_lessons.hpp"
#include "queue/relay/relay_line.hpp"
#include "queue/relay/relay_pace.hpp"
#include "queue/store/archive_store.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/limit_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/relay_store.hpp"
#include "queue/store/time_store.hpp"

namespace paperround::queue {

struct LedgerMemory {
    struct Lane {
        LaneSettings settings;
        RelayHealth health;
        RelayPace pace;
        RelayOrders orders;
        unsigned said_connections = 0;  // in the last line about them
        unsigned said_messages = 0;
    };

    LedgerMemory(db::Database& the_database, LedgerSettings the_settings, const Clock& clock,
                 FlightRecorder* the_recorder = nullptr);

    db::Database& database;
    FlightRecorder* recorder;  // null: none
    MailingStore mailings;
    ArchiveStore archive;
    DeliveryStore deliveries;
    LimitStore limits;
    RelayStore relays;
    TimeStore times;
    LedgerSettings settings;
    std::vector<Lane> lanes;
    std::vector<std::unique_ptr<RelayLine>> lines;  // one per lane
    Allotment allotment;
    RefusalWatch refusals;
    ClaimTurns turns;
    bool orders_unread = true;  // another process may have written some
    bool others_wrote = false;  // since what waits to be taken was last compared with its mailings
    bool paused_some = false;   // since what couriers hold was last compared
    std::optional<Time> presence_saved;
    std::optional<Duration> until_room;  // until a rate lets its next delivery through

  private:
    void take_up_pace(Time now);
};

// The relays' names, by lane.
[[nodiscard]] std::vector<std::string> relays_of(const std::vector<LaneSettings>& lanes);

}  // namespace paperround::queue
