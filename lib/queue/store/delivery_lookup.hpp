// Finds the delivery that something in a report names. Reads only. Not thread-safe: one for each
// connection. Failures are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
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

// For so long the Message-IDs of mailings without a seal are understood.
inline constexpr auto unsealed_lasts = std::chrono::days(90);

// For so long the id in a relay's reply names a delivery, and so many of a reader's are looked at.
inline constexpr auto reply_ids_last = std::chrono::days(90);
inline constexpr int replies_searched = 1000;

class DeliveryLookup {
  public:
    explicit DeliveryLookup(db::Database& database) : db_(database) {}

    // `id`: as queue::message_id() makes it, without brackets; its domain is not looked at. Nothing unless it is the one
    // of that delivery to the letter. Of a mailing without a seal, which anybody who knows its key can make, nothing
    // either once the mailing is older than unsealed_lasts.
    [[nodiscard]] std::optional<NamedDelivery> by_message_id(std::string_view id, Time now);
    [[nodiscard]] std::optional<NamedDelivery> by_number(std::int64_t delivery_id);
    [[nodiscard]] std::optional<NamedDelivery> of_reader(std::int64_t mailing_id, std::int64_t subscriber_id);

    // The reader's delivery that the relay took with a reply in which this id stands as a word of its own, the newest of
    // the last replies_searched; one look at an index for each mailing of reply_ids_last.
    [[nodiscard]] std::optional<NamedDelivery> by_reply(std::int64_t subscriber_id, std::string_view id,
                                                        Time now);
    // Whether a delivery to the reader is being sent: its reply is not on record yet.
    [[nodiscard]] bool is_being_sent(std::int64_t subscriber_id, Time now);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
