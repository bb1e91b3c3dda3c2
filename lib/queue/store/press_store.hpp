// Which mailings were in the press when the process ended: one that does so twice in a row waits for a person, or no
// other newsletter would ever be sent.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <vector>

#include "db/database.hpp"

namespace paperround::queue {

class PressStore {
  public:
    explicit PressStore(db::Database& database) : db_(database) {}

    // It is being rendered, or its first letter is being made.
    void press_begins(std::int64_t mailing);
    void press_ended(std::int64_t mailing);
    // At a start behind an end that was not clean: what was in the press then, for the second time in a row,
    // is paused, with the reason. Returns those.
    std::vector<std::int64_t> pause_deadly_mailings();

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
