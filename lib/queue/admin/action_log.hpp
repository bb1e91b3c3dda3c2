// Who did what to the program, and when: one row for each thing that a person asked for and that changes
// something, whether it was done or refused. Written in the transaction of the change itself, so that neither is
// stored without the other; if the work takes many short transactions (an import, a retry, a flush), behind the
// last of them. Failures are db::Error. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"

namespace paperround::queue {

struct Action {
    std::int64_t id = 0;
    Time at{};
    std::string actor;    // a Unix user, later one of the pages' users
    std::string action;   // "mailings pause"
    std::string subject;  // "mailing 7"
    std::string result;   // "paused", or a refusal: "not_now: it is done"
};

class ActionLog {
  public:
    explicit ActionLog(db::Database& database) : db_(database) {}
    static void migrate(db::Database& database);

    // Gives it its number.
    void add(const Action& action);
    // The newest `limit`, the newest first.
    [[nodiscard]] std::vector<Action> newest(unsigned limit);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
