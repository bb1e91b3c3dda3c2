// When each newsletter's next digest is due.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/database.hpp"

namespace paperround::queue {

// When a newsletter's next digest is due, by the schedule (in words) that this was taken from.
struct DigestMoment {
    std::string schedule;
    Time next{};
};

class DigestStore {
  public:
    explicit DigestStore(db::Database& database) : db_(database) {}

    [[nodiscard]] std::optional<DigestMoment> digest_moment(std::string_view newsletter);
    void save_digest_moment(std::string_view newsletter, const DigestMoment& moment);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
