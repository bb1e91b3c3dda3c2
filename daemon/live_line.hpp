// A line that shows the progress of a long task, redrawn in place: "12 400 of 100 000, 1 030/s, 85 s left".
// Only on a terminal, never in a pipe or a file. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::daemon {

// `rate` in units per second. Unknown parts (a total of 0, no rate) are left out.
[[nodiscard]] std::string progress_text(std::uint64_t done, std::uint64_t total, double rate,
                                        std::string_view unit);

class LiveLine {
  public:
    using Write = std::function<void(std::string_view)>;
    // `clock` and whatever `write` refers to must outlive this object. Nothing is shown for the first
    // `patience`, then at most four updates a second. Without `write` nothing is shown at all.
    LiveLine(const Clock& clock, Duration patience, Write write);
    // On standard error, if that is a terminal. It does not wait for a terminal that accepts nothing.
    [[nodiscard]] static LiveLine on_terminal(const Clock& clock, Duration patience);
    ~LiveLine();
    LiveLine(LiveLine&&) = default;
    LiveLine(const LiveLine&) = delete;
    LiveLine& operator=(const LiveLine&) = delete;
    LiveLine& operator=(LiveLine&&) = delete;

    [[nodiscard]] bool shown() const { return static_cast<bool>(write_); }
    void show(std::uint64_t done, std::uint64_t total, std::string_view unit);
    // Removes the line; the next show() draws it again.
    void clear();

  private:
    struct Sample {
        Time time;
        std::uint64_t done;
    };
    [[nodiscard]] double rate(Time now, std::uint64_t done);

    const Clock& clock_;
    Time not_before_;
    Write write_;
    std::deque<Sample> samples_;
    bool drawn_ = false;
};

}  // namespace paperround::daemon
