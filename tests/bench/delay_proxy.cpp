// A wire with a given delay: passes TCP connections on, and delays every octet for a time in each direction.
//
//   delay_proxy LISTEN-PORT TARGET-PORT MILLISECONDS-EACH-WAY
//
// One thread with poll; the windows of the senders bound what it holds. Ends on SIGTERM.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <list>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Chunk {
    Clock::time_point due;
    std::string octets;  // empty: the sender has closed
};

// One direction of one connection.
struct Way {
    int from = -1;
    int to = -1;
    std::deque<Chunk> held;
    bool ended = false;   // no more data to read
    bool passed = false;  // the end has been passed on
};

struct Connection {
    Way out;
    Way back;
};

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void prepare(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
}

void read_from(Way& way, Clock::duration delay) {
    std::array<char, 65'536> octets{};
    const auto count = ::read(way.from, octets.data(), octets.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    way.ended = count <= 0;
    way.held.push_back(
        {Clock::now() + delay, std::string(octets.data(), count > 0 ? static_cast<std::size_t>(count) : 0)});
}

void write_due(Way& way) {
    while (!way.held.empty() && way.held.front().due <= Clock::now()) {
        std::string& octets = way.held.front().octets;
        if (octets.empty()) {
            ::shutdown(way.to, SHUT_WR);
            way.passed = true;
        } else {
            const auto count = ::send(way.to, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (count < 0) {
                way.ended = way.passed = true;
                way.held.clear();
                return;
            }
            octets.erase(0, static_cast<std::size_t>(count));
            if (!octets.empty()) return;
        }
        way.held.pop_front();
    }
}

int next_wake(const std::list<Connection>& connections) {
    auto wait = std::chrono::milliseconds(1000);
    for (const Connection& connection : connections) {
        for (const Way* way : {&connection.out, &connection.back}) {
            if (way->held.empty()) continue;
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(way->held.front().due - Clock::now());
            wait = std::clamp(left, std::chrono::milliseconds(0), wait);
        }
    }
    return static_cast<int>(wait.count());
}

void accept_one(int listener, int target, std::list<Connection>& connections) {
    const int client = ::accept(listener, nullptr, nullptr);
    if (client < 0) return;
    const int server = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(target);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(client);
        ::close(server);
        return;
    }
    prepare(client);
    prepare(server);
    connections.push_back({.out = {.from = client, .to = server}, .back = {.from = server, .to = client}});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return std::fprintf(stderr, "delay_proxy LISTEN-PORT TARGET-PORT MILLISECONDS\n"), 64;
    const auto delay = std::chrono::milliseconds(std::atoi(argv[3]));
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(std::atoi(argv[1]));
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 128) != 0) {
        return std::perror("delay_proxy"), 71;
    }
    std::list<Connection> connections;
    for (;;) {
        std::vector<pollfd> polled{{listener, POLLIN, 0}};
        std::vector<Way*> ways;
        for (Connection& connection : connections) {
            for (Way* way : {&connection.out, &connection.back}) {
                if (way->ended) continue;
                polled.push_back({way->from, POLLIN, 0});
                ways.push_back(way);
            }
        }
        ::poll(polled.data(), polled.size(), next_wake(connections));
        for (std::size_t i = 0; i < ways.size(); ++i) {
            if (polled[i + 1].revents != 0) read_from(*ways[i], delay);
        }
        for (Connection& connection : connections) {
            write_due(connection.out);
            write_due(connection.back);
        }
        std::erase_if(connections, [](const Connection& connection) {
            if (!connection.out.passed || !connection.back.passed) return false;
            ::close(connection.out.from);
            ::close(connection.out.to);
            return true;
        });
        if (polled[0].revents != 0) accept_one(listener, std::atoi(argv[2]), connections);
    }
}
