// What happened to one reader's copies, with every attempt. Reads only, by indexes: a look-up for each mailing, and
// never a table that grows with what was sent. Failures are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

struct Attempt {
    Time at{};
    std::int64_t number = 0;  // the first is 1
    std::string relay;        // empty: the daemon stopped, and did not write which
    Outcome outcome;
};

struct ReaderDelivery {
    std::int64_t id = 0;
    std::int64_t mailing_id = 0;
    std::string recipient;
    DeliveryState state = DeliveryState::queued;
    Time due{};
    unsigned attempts = 0;  // counted ones
    unsigned doubts = 0;
    std::int64_t tries = 0;
    std::int64_t shelf = 0;  // where it waits; 0: with all others
};

class ReaderHistory {
  public:
    explicit ReaderHistory(db::Database& database) : db_(database) {}

    [[nodiscard]] std::optional<ReaderDelivery> delivery(std::int64_t mailing_id, std::int64_t subscriber_id);
    // The newest `limit`, the newest mailing first.
    [[nodiscard]] std::vector<ReaderDelivery> deliveries(std::int64_t subscriber_id, unsigned limit);
    // In the order of recording: the newest `limit`.
    [[nodiscard]] std::vector<Attempt> attempts(std::int64_t delivery_id, unsigned limit);
    // The newsletter's newest mailings, the newest first.
    [[nodiscard]] std::vector<std::int64_t> mailings_of(std::string_view newsletter, unsigned limit);
    // What limits those that wait there: a domain or a provider; nothing where it is neither (any more).
    [[nodiscard]] std::optional<std::string> name_of_shelf(std::int64_t shelf);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
