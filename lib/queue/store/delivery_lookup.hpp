// Finds the delivery that something in a report names. Reads only. Not thread-safe: one for each
// connection. Failures are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/database.hpp"

namespace paperround::queue {

struct NamedDelivery {
    std::int64_t id = 0;
    std::int64_t mailing_id = 0;
    std::string newsletter;
    std::int64_t subscriber_id = 0;
    std::string recipient;
    std::int64_t tries = 0;  // SMTP attempts on record
};

class DeliveryLookup {
  public:
    explicit DeliveryLookup(db::Database& database) : db_(database) {}

    // `id`: as queue::message_id() makes it, without brackets; its domain is not looked at. Nothing unless a mailing has
    // that key and the delivery is one of its own.
    [[nodiscard]] std::optional<NamedDelivery> by_message_id(std::string_view id);
    [[nodiscard]] std::optional<NamedDelivery> by_number(std::int64_t delivery_id);
    [[nodiscard]] std::optional<NamedDelivery> of_reader(std::int64_t mailing_id, std::int64_t subscriber_id);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
