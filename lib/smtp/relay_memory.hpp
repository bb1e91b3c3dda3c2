// What is remembered of a relay's addresses between connections: those that did not answer, and whether a
// silent port takes TLS. The relay's couriers share it; it lives as long as the service.
//
// An address that refused the connection, or was silent until the time-out of the connection or greeting, is
// tried last for ten minutes: otherwise each new connection to a name with several addresses would wait for
// the dead one first. If all are dead, all are tried. With a proxy these are the proxy's addresses.
//
// A silent port may be one where TLS comes first: client and server wait for each other there until the
// greeting's time-out. So a second connection probes it (smtp/tls_probe.hpp), at most once an hour.
// Thread-safe. Times are the steady clock's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "base/mutex.hpp"

namespace paperround::smtp {

class RelayMemory {
  public:
    using Moment = std::chrono::steady_clock::time_point;
    // Called once when a connection is silent, and not again before a server has greeted. May be called on
    // any courier's thread.
    using OnSilence = std::function<void()>;

    void on_silence(OnSilence told);

    void did_not_answer(const std::string& address, Moment now);
    void answered(const std::string& address);
    // The address did not answer lately.
    [[nodiscard]] bool avoids(const std::string& address, Moment now) const;

    // A connection stands, and nothing has been received for long.
    void silent();
    // The server has sent something.
    void greeted();
    // Whether the caller is to probe the port for TLS.
    [[nodiscard]] bool may_ask_for_tls(Moment now);
    void found_tls();
    [[nodiscard]] bool tls_comes_first() const;

  private:
    mutable Mutex mutex_;
    OnSilence told_ GUARDED_BY(mutex_);
    std::map<std::string, Moment> dead_ GUARDED_BY(mutex_);  // the time of the failure, by address
    bool said_ GUARDED_BY(mutex_) = false;
    bool tls_first_ GUARDED_BY(mutex_) = false;
    Moment asked_ GUARDED_BY(mutex_){};
};

}  // namespace paperround::smtp
