// What is remembered of a relay's addresses from one connection to the next: those that did not answer, and
// whether a port that says nothing takes TLS. The relay's couriers share it; it ends with the service.
//
// An address that refused the connection, or was silent until the time for it or for the greeting was over,
// is tried last for ten minutes: where a name has several, each new connection would wait for the dead one
// first. When all are dead, all are tried. Where the relay stands behind a proxy these are the proxy's
// addresses.
//
// A port where nothing is heard may be one where TLS comes first: there client and server wait for each other
// until the greeting's time is over. So one second connection asks (smtp/tls_probe.hpp), at most once an
// hour. Thread-safe. Times are the steady clock's.
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
    // Told once when a connection stands and nothing is heard over it, then not before one has been greeted.
    // May be called on any courier's thread.
    using OnSilence = std::function<void()>;

    void on_silence(OnSilence told);

    void did_not_answer(const std::string& address, Moment now);
    void answered(const std::string& address);
    // It did not answer lately.
    [[nodiscard]] bool avoids(const std::string& address, Moment now) const;

    // A connection stands, and nothing has been heard for long.
    void silent();
    // The server has said something.
    void greeted();
    // Whether the caller is to ask if TLS comes first.
    [[nodiscard]] bool may_ask_for_tls(Moment now);
    void found_tls();
    [[nodiscard]] bool tls_comes_first() const;

  private:
    mutable Mutex mutex_;
    OnSilence told_ GUARDED_BY(mutex_);
    std::map<std::string, Moment> dead_ GUARDED_BY(mutex_);  // since when
    bool said_ GUARDED_BY(mutex_) = false;
    bool tls_first_ GUARDED_BY(mutex_) = false;
    Moment asked_ GUARDED_BY(mutex_){};
};

}  // namespace paperround::smtp
