// What the DNS said about recipient domains, kept over restarts: each domain's best MX, and until when that
// counts as known. Providers are not stored, since the configuration says what belongs to whom. Not
// thread-safe; failures are db::Error.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "db/database.hpp"
#include "queue/limit/providers.hpp"

namespace paperround::queue {

class ProviderStore {
  public:
    explicit ProviderStore(db::Database& database) : db_(database) {}
    static void migrate(db::Database& database);

    struct Known {
        std::string mx;  // empty: it has none
        Time until{};
    };
    [[nodiscard]] std::optional<Known> find(std::string_view domain);
    // Needs a transaction of its caller's where many are saved.
    void save(std::string_view domain, const Known& known);
    // Tells `providers` of as many as they hold, those that were asked for last first.
    void load(Providers& providers);
    // Forgets what has been of no use since `before`; how many.
    int forget(Time before);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
