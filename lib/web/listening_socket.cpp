#include "web/listening_socket.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

namespace paperround::web {

namespace {

ListenError::Code listen_code(int reason) {
    switch (reason) {
        case EACCES:
        case EPERM:
            return ListenError::Code::not_allowed;
        case EADDRINUSE:
            return ListenError::Code::taken;
        default:
            return ListenError::Code::not_there;
    }
}

std::uint16_t port_of(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                               : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// Returns -1 and sets errno if it fails.
int listening(const addrinfo& address) {
    const int descriptor = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    // No SO_REUSEPORT: two daemons on one port would share the requests.
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 &&
        ::listen(descriptor, SOMAXCONN) == 0) {
        return descriptor;
    }
    const int reason = errno;
    ::close(descriptor);
    errno = reason;
    return -1;
}

}  // namespace

ListenError cannot_listen(std::string_view host, std::uint16_t port, int reason) {
    return {fmt::format("cannot listen on {}:{}: {}", host, port,
                        reason == 0 ? "no such address" : std::strerror(reason)),
            listen_code(reason)};
}

Result<ListeningSocket, ListenError> listen_on(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    int reason = 0;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) == 0) {
        const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
        for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
            const int descriptor = listening(*address);
            if (descriptor >= 0) return ListeningSocket{descriptor, port_of(descriptor)};
            reason = errno;
        }
    }
    return failure(cannot_listen(host, port, reason));
}

}  // namespace paperround::web
