// What is provisional until a mailing has ended well: the deliveries that its bounces dropped in other mailings, and
// whether its bounces stand.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "queue/mailing.hpp"

namespace paperround::queue {

// A delivery that was dropped because another mailing heard that the reader's address is bad.
struct DroppedDelivery {
    std::int64_t id = 0;
    std::int64_t mailing_id = 0;
    std::string newsletter;
    std::int64_t subscriber_id = 0;
    DeliveryState before = DeliveryState::queued;
};

class DropStore {
  public:
    explicit DropStore(db::Database& database) : db_(database) {}

    // `mailing_id` heard that the reader's address is bad: what waits for him in other mailings becomes
    // `suppressed`, for as long as that is believed. What is being sent is left to its own outcome.
    void drop_elsewhere(std::int64_t mailing_id, std::int64_t subscriber_id, Time now);
    // What this mailing's bounces dropped in mailings that are not cancelled; of one reader, or of all.
    [[nodiscard]] std::vector<DroppedDelivery> dropped_by(std::int64_t mailing_id,
                                                          std::optional<std::int64_t> subscriber_id = {});
    // It waits again as it did, unless somebody has done something else with it since.
    void restore(const DroppedDelivery& delivery);
    // The bounces stand, or were undone; up to `limit` are forgotten. How many.
    int forget_drops(std::int64_t mailing_id, int limit);
    // Mailings that have ended since their provisional suppressions were last looked at.
    [[nodiscard]] std::vector<std::int64_t> newly_ended(int limit);
    void bounces_stand(std::int64_t mailing_id);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
