// The queue's own time: when the daemon was last at work, and how stored times follow a clock that was set.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock_jump.hpp"
#include "db/database.hpp"

namespace paperround::queue {

class TimeStore {
  public:
    explicit TimeStore(db::Database& database) : db_(database) {}

    // When the daemon was last at work; nothing before its first step.
    [[nodiscard]] std::optional<Time> last_seen();
    void seen(Time now);
    // The clock was set: what waits, waits as long as it would have.
    void follow_clock(const ClockJump& jump);
    // Nothing waits longer than these allow: a clock that was ahead left later times.
    void bound_waits(Time latest_delivery, Time latest_relay);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
