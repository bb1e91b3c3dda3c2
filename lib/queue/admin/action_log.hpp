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

// Its subject is a label (queue/admin/reader_erasure.hpp).
constexpr std::string_view forget_action = "readers forget";

class ActionLog {
  public:
    explicit ActionLog(db::Database& database) : db_(database) {}
    static void migrate(db::Database& database);

    // Gives it its number.
    void add(const Action& action);
    // The newest `limit`, the newest first.
    [[nodiscard]] std::vector<Action> newest(unsigned limit);
    // The same, of what was done to this subject.
    [[nodiscard]] std::vector<Action> about(std::string_view subject, unsigned limit);

    // Those whose subject or result holds the address, in any order; reads all but what was forgotten.
    [[nodiscard]] std::vector<Action> naming(std::string_view address);
    // In subjects and results `label` stands in place of the address from now on. How many rows held it.
    int erase(std::string_view address, std::string_view label);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
