// Where a person's questions are answered: the configuration, a database connection, the time, and who asks. One
// for each asker and thread; the settings and the clock outlive it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "control/refusal.hpp"
#include "db/database.hpp"
#include "queue/admin/action_log.hpp"

namespace paperround::control {

class Desk {
  public:
    // Opens the database of these settings, and makes its tables where they are missing. Throws db::Error.
    Desk(const config::Settings& settings, const Clock& clock, std::string actor);

    [[nodiscard]] const config::Settings& settings() const { return settings_; }
    [[nodiscard]] db::Database& database() { return database_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }
    [[nodiscard]] Time now() const { return clock_.now(); }
    // Who asks.
    [[nodiscard]] const std::string& actor() const { return actor_; }

    // Puts on record that `action` was asked of `subject`, and what became of it. Within the caller's
    // transaction where it has one.
    void record(std::string_view action, std::string_view subject, std::string_view result);
    // The same, of what was not done with something that there is; what there is not leaves no record. Gives the
    // refusal back.
    [[nodiscard]] tl::unexpected<Refusal> refused(std::string_view action, std::string_view subject,
                                                  Refusal refusal);

    // What is on record: the newest `limit`, the newest first.
    [[nodiscard]] std::vector<queue::Action> newest_actions(unsigned limit);

  private:
    const config::Settings& settings_;
    db::Database database_;
    const Clock& clock_;
    std::string actor_;
};

}  // namespace paperround::control
