#include "smtp/dead_peer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

namespace paperround::smtp {

namespace {

constexpr int patience_ms = 60'000;

void set(int socket, int level, int option, int value) {
    ::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

bool is_gone(const tcp_info& connection) {
    // Probes of a closed window count too; a peer that answers them has at most one unanswered probe.
    const bool waits = connection.tcpi_unacked > 0 || connection.tcpi_probes > 1;
    return waits && connection.tcpi_last_ack_recv >= patience_ms;
}

bool peer_is_gone(int socket) {
    tcp_info connection{};
    socklen_t size = sizeof connection;
    return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &connection, &size) == 0 && is_gone(connection);
}

void watch_opening(int socket) {
    set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(socket, IPPROTO_TCP, TCP_KEEPIDLE, 30);   // seconds
    set(socket, IPPROTO_TCP, TCP_KEEPINTVL, 10);  // seconds
    set(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, patience_ms);
}

void watch_dialogue(int socket) {
    set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
}

}  // namespace paperround::smtp
