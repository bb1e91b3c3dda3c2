// Relays on disk: their health, what they taught us, and what a person said about them.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <string_view>

#include "db/database.hpp"
#include "queue/relay/relay_health.hpp"
#include "queue/relay/relay_lessons.hpp"

namespace paperround::queue {

class RelayStore {
  public:
    explicit RelayStore(db::Database& database) : db_(database) {}

    [[nodiscard]] RelayHealth relay_health(std::string_view relay);
    void save_relay_health(std::string_view relay, const RelayHealth& health);
    [[nodiscard]] RelayLessons relay_lessons(std::string_view relay);
    void save_relay_lessons(std::string_view relay, const RelayLessons& lessons);
    // Written by the command line, read by the daemon.
    [[nodiscard]] RelayOrders relay_orders(std::string_view relay);
    void save_relay_orders(std::string_view relay, const RelayOrders& orders);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
