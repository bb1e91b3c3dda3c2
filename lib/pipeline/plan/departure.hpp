// Leaving a newsletter: one transaction ends the subscription and cancels all of the reader's waiting
// deliveries. When it returns, no SMTP transaction for the reader begins any more, and an open one is aborted
// before its final dot. Not thread-safe, except for the Recall: one object per thread that serves readers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/subscriber.hpp"
#include "audience/token.hpp"
#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/ledger/recall.hpp"

namespace paperround::pipeline {

// What a wish to leave found.
enum class Left {
    now,      // the subscription was active until now
    before,   // it was over already
    unknown,  // there is no such reader
};

struct Departed {
    std::vector<Left> left;          // of each, in their order
    std::vector<std::int64_t> held;  // by couriers: recalled once the departures are committed
};
// In the caller's transaction.
[[nodiscard]] Departed write_departures(db::Database& database, std::span<const audience::Token> tokens,
                                        Time now);

class Departure {
  public:
    // `recall` is the running daemon's; null in another process, whose commit the daemon notices within a
    // second.
    Departure(db::Database& database, const Clock& clock, queue::Recall* recall)
        : database_(database), clock_(clock), recall_(recall) {}

    // The reader leaves. True if the subscription was active until now.
    bool leave(const audience::Token& token);
    // The operator removes the reader.
    // If the reader was subscribed, `also` runs in the same transaction.
    bool remove(std::string_view newsletter, std::string_view address,
                const std::function<void()>& also = {});
    // Suppresses the address for every newsletter.
    void suppress(std::string_view address, std::string_view reason, std::string_view evidence);

  private:
    db::Database& database_;
    const Clock& clock_;
    queue::Recall* recall_;
};

}  // namespace paperround::pipeline
