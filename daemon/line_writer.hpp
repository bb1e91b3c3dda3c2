// Writes lines to a descriptor on a thread of its own, so that nobody who has something to say waits for
// whoever reads it: a full pipe, a stopped pager, a journald that hangs.
//
// At most `room` octets wait. What comes while there is no more room is dropped and counted, and the count
// stands in place of what is missing as soon as lines are read again. What cannot be written at all (a closed
// descriptor, a reader that has gone) is dropped without a word: there is nobody to tell.
//
// put() is thread-safe and never waits for the descriptor. The descriptor is borrowed and must stay open.
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
        // The line, with its end, that stands for so many lost ones.
        std::function<std::string(std::uint64_t lost)> notice;
    };

    // Throws std::system_error where no thread is to be had.
    LineWriter(int descriptor, Options options);
    // Waits until everything is written, but no longer than `last_patience`: the thread that is stuck in a
    // write then stays behind, and ends with the process.
    ~LineWriter();
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    // A line with its end.
    void put(std::string_view line);
    // Waits, no longer than `last_patience`, until what was put is written.
    void flush();

  private:
    struct Queue;
    static void write_all(Queue& queue);
    std::shared_ptr<Queue> queue_;  // shared with the thread, which may outlive the writer
};

}  // namespace paperround::daemon
