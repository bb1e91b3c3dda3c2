// The daemon's side of the service manager: readiness and status through sd_notify, and signals as a queue
// that one thread reads (SIGTERM and SIGINT: drain; SIGHUP: reload).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::daemon {

// Opens /dev/null for those of the descriptors 0 to 2 that are closed. Otherwise the first files to be opened
// would get these numbers, and output to standard error would be written into the database. Using such a
// descriptor still fails, as before. Call it before anything else is opened.
void open_standard_descriptors();

// Raises the limit of open files to at least `needed`, if the process may. Otherwise returns why not and what
// to do; empty on success.
[[nodiscard]] std::string allow_open_files(std::uint64_t needed);

// These functions do nothing without a service manager ($NOTIFY_SOCKET), and never wait for it. Readiness may
// be reported repeatedly, since the first message may have been dropped.
void notify_ready(std::string_view status);
void notify_reloading();
// Starting takes long for a good reason: asks for ten more minutes.
void notify_checking(std::string_view status);
void notify_stopping();

enum class Signal { none, stop, reload };

// From now on a SIGHUP stays pending until Signals is made: before, it would end the process, which a service
// manager takes for a clean end. SIGTERM and SIGINT still end the process at once. Call it before any thread
// is started.
void keep_reloads();

// Blocks the signals in this thread and in every thread that it starts later: make it before any other
// thread.
class Signals {
  public:
    Signals();
    // The next signal, or `none` if none came within `patience`.
    [[nodiscard]] Signal wait(Duration patience) const;
};

}  // namespace paperround::daemon
