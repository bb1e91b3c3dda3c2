// A response without an end: events are sent as they happen; in between the connection waits without a thread
// of its own. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.hpp"

namespace paperround::web {

class EventStream {
  public:
    // Sent and not yet read by the client. A larger backlog ends the stream: the client is too slow.
    static constexpr std::size_t backlog_limit = 64UL << 10U;  // octets

    // False if the stream has ended: the client is gone or too slow.
    bool send(std::string_view text);
    void end();
    [[nodiscard]] bool ended() const;

    // For the listener. Takes at most `size` octets and returns their number. Without data it returns nullopt
    // if the stream has ended; otherwise it calls `wait` and returns 0, and `wake` is called when there is
    // data.
    [[nodiscard]] std::optional<std::size_t> take(char* out, std::size_t size,
                                                  const std::function<void()>& wait,
                                                  std::function<void()> wake);

  private:
    mutable Mutex mutex_;
    std::string waiting_ GUARDED_BY(mutex_);
    std::function<void()> wake_ GUARDED_BY(mutex_);  // set while the connection waits
    std::atomic<bool> ended_ = false;                // also read without the lock
};

}  // namespace paperround::web
