// Leaving a newsletter (promise 3): the subscription ends and everything that waits for the reader is
// cancelled in one transaction. When it returns, no SMTP transaction for the reader begins any more, and one
// that is already open is aborted before its final dot. One per thread that serves readers: not thread-safe,
// except for the Recall.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audience/subscriber.hpp"
#include "audience/token.hpp"
#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/recall.hpp"

namespace paperround::pipeline {

class Departure {
  public:
    // `recall` is the running daemon's; null in another process, whose commit the daemon notices within a
    // second.
    Departure(db::Database& database, const Clock& clock, queue::Recall* recall)
        : database_(database), clock_(clock), recall_(recall) {}

    // Who would leave what, without changing anything; nothing where the subscriber is unknown.
    [[nodiscard]] std::optional<audience::Subscriber> reader_of(const audience::Token& token);
    // By the reader. True where the subscription was active until now.
    bool leave(const audience::Token& token);
    // By the operator.
    bool remove(std::string_view newsletter, std::string_view address);
    // Suppresses the address for every newsletter.
    void suppress(std::string_view address, std::string_view reason, std::string_view evidence);

  private:
    db::Database& database_;
    const Clock& clock_;
    queue::Recall* recall_;
};

}  // namespace paperround::pipeline
