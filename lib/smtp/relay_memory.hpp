// What is remembered of a relay's addresses from one connection to the next: which of them did not answer.
// The relay's couriers share it; it ends with the service.
//
// An address that refused the connection, or was silent until the time for it was over, is tried last for ten
// minutes: where a name has several, each new connection would wait for the dead one first. When all are
// dead, all are tried. Where the relay stands behind a proxy these are the proxy's addresses.
// Thread-safe. Times are the steady clock's.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace paperround::smtp {

class RelayMemory {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    void did_not_answer(const std::string& address, Moment now);
    void answered(const std::string& address);
    // It did not answer lately.
    [[nodiscard]] bool avoids(const std::string& address, Moment now) const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, Moment> dead_;  // since when; guarded by mutex_
};

}  // namespace paperround::smtp
