// A clock that stands still until a test moves it. Thread-safe.
#pragma once

#include <atomic>

#include "base/clock.hpp"
#include "base/text/date_time.hpp"

namespace paperround::test {

class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time start = from_millis(1'790'000'000'000)) : now_(to_millis(start)) {}
    explicit ManualClock(std::string_view rfc3339) : ManualClock(parse_rfc3339(rfc3339).value()) {}
    [[nodiscard]] Time now() const override { return from_millis(now_.load()); }
    void advance(Duration by) { now_ += by.count(); }
    void set(Time to) { now_ = to_millis(to); }

  private:
    std::atomic<std::int64_t> now_;
};

}  // namespace paperround::test
