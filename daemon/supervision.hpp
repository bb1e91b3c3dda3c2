// The service manager's side of the daemon: readiness and status through sd_notify, and the signals as a
// queue that one thread reads (SIGTERM and SIGINT: drain; SIGHUP: reload).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::daemon {

// Descriptors 0 to 2 are open from now on, on /dev/null where they were closed: else the first files to be
// opened would get these numbers, and what is meant for standard error would be written into the database.
// Whoever reads or writes one of them is told that this fails, as before. Before anything else is opened.
void open_standard_descriptors();

// Lets this process open at least so many files at once, as far as it may. What keeps it from that, in words
// with what to do; else nothing.
[[nodiscard]] std::string allow_open_files(std::uint64_t needed);

// Each does nothing where no service manager listens ($NOTIFY_SOCKET), and waits for none. Ready may be said
// again and again: the first time may have found no room.
void notify_ready(std::string_view status);
void notify_reloading();
// Starting takes long for a reason: asks for ten more minutes.
void notify_checking(std::string_view status);
void notify_stopping();

enum class Signal { none, stop, reload };

// From now on a SIGHUP waits for Signals: until that is made it would end the process, and to a service
// manager that is a clean end. The signals that stop it do so at once. Before any thread is made.
void keep_reloads();

// Blocks the signals in this thread and in every thread that it starts later: make it before any other
// thread.
class Signals {
  public:
    Signals();
    // The next signal, or `none` when none came within `patience`.
    [[nodiscard]] Signal wait(Duration patience) const;
};

}  // namespace paperround::daemon
