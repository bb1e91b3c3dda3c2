// Which flight recorder's file this database believes (queue/recorder/flight_recorder.hpp): the one that was in use for its last claims. Any
// other may tell of claims of long ago, or of another database.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <string>
#include <string_view>

#include "db/database.hpp"

namespace paperround::queue {

class RecorderStore {
  public:
    explicit RecorderStore(db::Database& database) : db_(database) {}

    static void migrate(db::Database& database);

    // Empty: none.
    [[nodiscard]] std::string believed();
    void believe(std::string_view id);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
