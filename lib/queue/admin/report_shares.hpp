// What of the mailings came back, and of whom: for shares of bounces and complaints. Reads only; goes through the
// deliveries of each mailing that is asked for, row by row. Failures are db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/clock.hpp"
#include "db/database.hpp"

namespace paperround::queue {

class ReportShares {
  public:
    explicit ReportShares(db::Database& database) : db_(database) {}

    // Each delivery whose server has taken it or said that the mailbox does not: `bounced` is the second, at once or
    // later.
    void each_answered(std::int64_t mailing_id,
                       const std::function<void(std::string_view recipient, bool bounced)>& visit);
    // Each complaint about the mailing, once a delivery.
    void each_complaint(std::int64_t mailing_id,
                        const std::function<void(std::string_view recipient)>& visit);
    // How many of the mailing's deliveries had been taken by a relay, and bounced later.
    [[nodiscard]] std::int64_t bounced_later(std::int64_t mailing_id);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
