// What a person may ask of relays: list and show them with what was learned of their limits, pause, resume, forget.
// Each change is on record. Failures of the database are db::Error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/desk.hpp"
#include "queue/relay/relay_health.hpp"
#include "queue/relay/relay_lessons.hpp"

namespace paperround::control {

struct RelayView {
    const config::Relay* relay = nullptr;  // of the desk's settings
    queue::RelayHealth health;
    queue::RelayLessons lessons;
    queue::RelayOrders orders;

    // "paused", "resting", "down", "slowed" or "up"; and since when.
    [[nodiscard]] std::string_view state() const;
    [[nodiscard]] std::optional<Time> since() const;
    // In force, configured or learned; nothing where there is none.
    [[nodiscard]] std::optional<double> per_second() const;
    // The server's words about what is in the way now; else about what was learned last.
    [[nodiscard]] std::string last_trouble() const;
};

struct RelayPaused {
    std::optional<Time> already;  // it had been, since then
};
struct RelayResumed {
    bool was_down = false;  // and is tried at once
};

class Relays {
  public:
    explicit Relays(Desk& desk) : desk_(desk) {}

    [[nodiscard]] std::vector<RelayView> list();
    [[nodiscard]] Answer<RelayView> show(const std::string& name);
    // It gets nothing more, and other relays of its newsletters take over.
    [[nodiscard]] Answer<RelayPaused> pause(const std::string& name);
    [[nodiscard]] Answer<RelayResumed> resume(const std::string& name);
    // What was learned of its limits counts no more.
    [[nodiscard]] Answer<void> forget(const std::string& name);

  private:
    [[nodiscard]] Answer<const config::Relay*> find(const std::string& name) const;
    [[nodiscard]] RelayView view_of(const config::Relay& relay);

    Desk& desk_;
};

// One JSON object on a line.
[[nodiscard]] std::string to_json(const RelayView& view);

}  // namespace paperround::control
