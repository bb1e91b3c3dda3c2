// The delivery log: every attempt on record, with the server's own words (promise 6), and the queue at a
// glance. Reads only; any connection will do. Rows are handed to a callback one by one, so a listing needs no
// memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

struct LogLine {
    std::int64_t id = 0;  // ascending in the order of recording
    Time time{};
    std::string newsletter;
    std::int64_t mailing_id = 0;
    std::string mailing_key;
    std::string mailing_seal;
    std::int64_t delivery_id = 0;
    std::string recipient;
    std::int64_t attempt = 0;
    std::string relay;
    Outcome outcome;
};

struct LogFilter {
    std::optional<std::int64_t> subscriber_id;  // fast; the next two read the whole log
    std::string recipient;                      // one address
    std::string recipient_like;  // a pattern of SQL's LIKE, with \ before what is meant as it is
    std::optional<std::int64_t> mailing_id;
    std::string newsletter;
    std::vector<OutcomeKind> outcomes;  // any of them; all where there are none
    std::optional<Time> since;
    std::optional<Time> until;  // not itself
    std::int64_t after_id = 0;
    unsigned last = 0;  // only the newest N that match; 0: all. Always in ascending order
};

struct QueueLine {
    std::int64_t mailing_id = 0;
    std::string newsletter;
    std::string title;
    DeliveryState state = DeliveryState::queued;
    std::int64_t count = 0;
    std::optional<Time> next_due;
};

class DeliveryLog {
  public:
    explicit DeliveryLog(db::Database& database) : db_(database) {}

    void each(const LogFilter& filter, const std::function<void(const LogLine&)>& visit);
    [[nodiscard]] std::int64_t newest_id();
    // Whether a delivery has this label of a reader who was forgotten, or one that begins so; reads all deliveries at
    // worst.
    [[nodiscard]] bool knows_label(std::string_view beginning);
    [[nodiscard]] bool knows_newsletter(std::string_view newsletter);
    // Deliveries that are not final, by mailing and state.
    [[nodiscard]] std::vector<QueueLine> waiting();

  private:
    // The least number of an attempt since then. A clock that was set back leaves later ones with earlier times.
    [[nodiscard]] std::optional<std::int64_t> first_since(Time time);

    db::Database& db_;
};

}  // namespace paperround::queue
