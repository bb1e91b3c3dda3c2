#include "smtp/dead_peer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "smtp/session.hpp"
#include "support/smtp_servers.hpp"

using namespace paperround;
using smtp::is_gone;

namespace {

tcp_info heard_before(unsigned milliseconds) {
    tcp_info connection{};
    connection.tcpi_last_ack_recv = milliseconds;
    return connection;
}

// A socket of this process that is connected to a loopback port.
int socket_to(std::uint16_t port) {
    constexpr int most = 1024;
    for (int fd = 0; fd < most; ++fd) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && peer.sin_family == AF_INET &&
            peer.sin_port == htons(port))
            return fd;
    }
    return -1;
}

int option(int socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(socket, level, name, &value, &size);
    return value;
}

}  // namespace

TEST_CASE("an open session is probed within a minute and a server that does not read is waited for") {
    const test::ScriptedSmtp server("{}");
    const Interrupt never;
    const auto session = smtp::Session::open(test::relay_on(server.port()), {}, "client.example.org", never);
    REQUIRE(session.has_value());
    const int socket = socket_to(server.port());
    REQUIRE(socket >= 0);
    CHECK(option(socket, SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(option(socket, IPPROTO_TCP, TCP_KEEPIDLE) == 30);
    CHECK(option(socket, IPPROTO_TCP, TCP_KEEPINTVL) == 10);
    CHECK(option(socket, IPPROTO_TCP, TCP_KEEPCNT) == 3);
    CHECK(option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT) == 0);
    CHECK_FALSE(smtp::peer_is_gone(socket));
}

TEST_CASE("who acknowledges nothing of what is under way for a minute is gone") {
    auto connection = heard_before(60'000);
    connection.tcpi_unacked = 1;
    CHECK(is_gone(connection));
    connection.tcpi_last_ack_recv = 59'999;
    CHECK_FALSE(is_gone(connection));
}

TEST_CASE("who is silent while nothing is under way is not gone") {
    CHECK_FALSE(is_gone(heard_before(3'600'000)));
}

TEST_CASE("who has closed the window is gone only where questions about it are not answered") {
    auto connection = heard_before(100'000);  // the system probes less and less often
    connection.tcpi_probes = 1;
    CHECK_FALSE(is_gone(connection));
    connection.tcpi_probes = 2;
    CHECK(is_gone(connection));
}

TEST_CASE("what is no connection is not gone") {
    CHECK_FALSE(smtp::peer_is_gone(-1));
}
