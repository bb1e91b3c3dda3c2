// A line that says how a long piece of work comes on, redrawn in place: "12 400 of 100 000, 1 030/s, 85 s
// left". On a terminal only; what goes into a pipe or a file never has it. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::daemon {

// `rate` in units a second; what is not known (a total of 0, no rate) is left out.
[[nodiscard]] std::string progress_text(std::uint64_t done, std::uint64_t total, double rate,
                                        std::string_view unit);

class LiveLine {
  public:
    using Write = std::function<void(std::string_view)>;
    // `clock` and what `write` refers to must outlive it. Nothing is shown for the first `patience`, and then
    // at most four times a second. Without `write` nothing is shown at all.
    LiveLine(const Clock& clock, Duration patience, Write write);
    // On standard error, where that is a terminal. One that takes nothing is not waited for.
    [[nodiscard]] static LiveLine on_terminal(const Clock& clock, Duration patience);
    ~LiveLine();
    LiveLine(LiveLine&&) = default;
    LiveLine(const LiveLine&) = delete;
    LiveLine& operator=(const LiveLine&) = delete;
    LiveLine& operator=(LiveLine&&) = delete;

    [[nodiscard]] bool shown() const { return static_cast<bool>(write_); }
    void show(std::uint64_t done, std::uint64_t total, std::string_view unit);
    // Takes the line away; the next show() draws it again.
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
