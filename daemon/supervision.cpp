#include "daemon/supervision.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <string>

namespace paperround::daemon {

void open_standard_descriptors() {
    for (int descriptor = 0; descriptor <= 2; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
        // The lowest number that is free, which is this one. The wrong way round: nothing is lost in silence.
        if (::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) != descriptor) return;
    }
}

std::string allow_open_files(std::uint64_t needed) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return {};
    if (limit.rlim_max >= needed) {
        limit.rlim_cur = needed;
        if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return {};
    }
    return fmt::format(
        "this configuration needs {} files open at once, and {} may be: raise LimitNOFILE= of the unit (or "
        "`ulimit "
        "-n`), or set fewer `connections`",
        needed, limit.rlim_max);
}

void notify_ready(std::string_view status) {
    sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str());
}
void notify_reloading() {
    sd_notify(0, "RELOADING=1");
}
void notify_checking(std::string_view status) {
    sd_notify(0, fmt::format("STATUS={}\nEXTEND_TIMEOUT_USEC=600000000", status).c_str());
}
void notify_stopping() {
    sd_notify(0, "STOPPING=1\nSTATUS=finishing open transactions");
}
void notify_status(std::string_view status) {
    sd_notify(0, fmt::format("STATUS={}", status).c_str());
}

namespace {
sigset_t handled_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
    return set;
}
}  // namespace

Signals::Signals() {
    const sigset_t set = handled_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A server that closes its end must show as an error of that write, not end the daemon.
    std::signal(SIGPIPE, SIG_IGN);
}

Signal Signals::wait(Duration patience) const {
    const sigset_t set = handled_signals();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
    const timespec timeout{.tv_sec = seconds.count(),
                           .tv_nsec = std::chrono::nanoseconds(patience - seconds).count()};
    switch (sigtimedwait(&set, nullptr, &timeout)) {
        case SIGTERM:
        case SIGINT:
            return Signal::stop;
        case SIGHUP:
            return Signal::reload;
        default:
            return Signal::none;
    }
}

}  // namespace paperround::daemon
