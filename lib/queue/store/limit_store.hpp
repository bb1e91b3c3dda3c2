// Throttles on disk, and the shelves of those that are a domain's or a provider's.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "queue/limit/providers.hpp"
#include "queue/limit/throttle.hpp"

namespace paperround::queue {

class LimitStore {
  public:
    explicit LimitStore(db::Database& database) : db_(database) {}

    [[nodiscard]] std::vector<Throttle> throttles();
    // Gives a new one its number.
    void save_throttle(Throttle& throttle);
    void remove_throttle(std::int64_t id);
    // Moves up to `limit` deliveries back to where everybody waits; how many.
    int clear_shelf(std::int64_t shelf, int limit);
    // The shelves by the names of their domains and providers.
    struct Shelves {
        std::map<std::string, std::int64_t, std::less<>> domains;
        std::map<std::string, std::int64_t, std::less<>> providers;
        [[nodiscard]] std::int64_t of(std::string_view domain, const Providers& providers) const;
    };
    [[nodiscard]] Shelves shelves();
    // Attempts a second to the domains that count, by the last minute, or the last 2 000 attempts where that
    // is less.
    [[nodiscard]] double recent_rate(const std::function<bool(std::string_view domain)>& counts, Time now);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
