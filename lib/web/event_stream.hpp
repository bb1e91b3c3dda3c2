// A response without end: events are sent as they happen, and the connection waits in between without a
// thread of its own. Thread-safe.
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
    // What is sent and not yet read by the client; more than that ends the stream: the client is too slow.
    static constexpr std::size_t backlog_limit = 64UL << 10U;  // octets

    // False where the stream has ended: the client is gone, or too slow.
    bool send(std::string_view text);
    void end();
    [[nodiscard]] bool ended() const;

    // For the listener. Takes what there is, at most `size` octets. Where there is nothing: nullopt once the
    // stream has ended; else 0, after `wait` was called; `wake` is called when there is more.
    [[nodiscard]] std::optional<std::size_t> take(char* out, std::size_t size,
                                                  const std::function<void()>& wait,
                                                  std::function<void()> wake);

  private:
    mutable Mutex mutex_;
    std::string waiting_ GUARDED_BY(mutex_);
    std::function<void()> wake_ GUARDED_BY(mutex_);  // set while the connection waits
    std::atomic<bool> ended_ = false;                // read without the lock, too
};

}  // namespace paperround::web
