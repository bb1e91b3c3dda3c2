// Writes lines to a descriptor on its own thread, so that no thread waits for a slow reader: a full pipe, a
// stopped pager, a journald that hangs.
//
// At most `room` octets wait. Lines that come when there is no room are dropped and counted, and the count is
// written in their place as soon as lines are read again. If nothing can be written at all (a closed
// descriptor, a reader that has gone), lines are dropped silently.
//
// put() is thread-safe and never waits for the descriptor. The descriptor is not owned and must stay open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::daemon {

class LineWriter {
  public:
    struct Options {
        std::size_t room = 4UL << 20U;  // octets of lines that wait
        Duration last_patience = std::chrono::seconds(1);
        // The line, with its line end, that reports the number of lost lines.
        std::function<std::string(std::uint64_t lost)> notice;
    };

    // Throws std::system_error if no thread can be started.
    LineWriter(int descriptor, Options options);
    // Waits until everything is written, but no longer than `last_patience`: a thread that is stuck in a
    // write then stays, and ends with the process.
    ~LineWriter();
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    // `line` includes its line end.
    void put(std::string_view line);
    // Waits until all previous lines are written, but no longer than `last_patience`.
    void flush();

  private:
    struct Queue;
    static void write_all(Queue& queue);
    std::shared_ptr<Queue> queue_;  // shared with the thread, which may outlive the writer
};

}  // namespace paperround::daemon
