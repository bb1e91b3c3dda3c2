#include "daemon/supervision.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <tuple>

#include "base/file.hpp"

namespace paperround::daemon {

void open_standard_descriptors() {
    for (int descriptor = 0; descriptor <= 2; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
        // open() returns the lowest free number, which is this one. The mode is the wrong one on purpose, so
        // that using it fails visibly.
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

namespace {

// Like sd_notify(), but without waiting: a manager that reads nothing (a few datagrams fill its socket) would
// block the thread that must react to SIGTERM. A message for which there is no room is dropped.
void notify(std::string_view message) {
    const char* name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (name == nullptr || (name[0] != '/' && name[0] != '@')) return;
    const std::size_t length = std::strlen(name);
    if (length >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name, length);
    if (name[0] == '@') address.sun_path[0] = '\0';  // abstract namespace
    const Descriptor out(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!out.open()) return;
    std::ignore = ::sendto(out.get(), message.data(), message.size(), MSG_NOSIGNAL,
                           reinterpret_cast<const sockaddr*>(&address),
                           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
}

}  // namespace

void notify_ready(std::string_view status) {
    notify(fmt::format("READY=1\nSTATUS={}", status));
}
void notify_reloading() {
    notify("RELOADING=1");
}
void notify_checking(std::string_view status) {
    notify(fmt::format("STATUS={}\nEXTEND_TIMEOUT_USEC=600000000", status));
}
void notify_stopping() {
    notify("STOPPING=1\nSTATUS=finishing open transactions");
}

namespace {
sigset_t handled_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
    return set;
}
}  // namespace

void keep_reloads() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signals::Signals() {
    const sigset_t set = handled_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A server that closes its end must cause an error of that write, not end the daemon.
    std::signal(SIGPIPE, SIG_IGN);
    // A limit on the size of files (`ulimit -f`) is treated like a full disk and does not end the daemon.
    std::signal(SIGXFSZ, SIG_IGN);
    // Other daemons reopen their logs on these signals, so a log rotation may send them to us too.
    std::signal(SIGUSR1, SIG_IGN);
    std::signal(SIGUSR2, SIG_IGN);
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
