// How many messages a second the SMTP session carries: N threads, one session each, against a server that is
// running already (smtp-sink -u postfix 127.0.0.1:2525 128). Part of no test.
//
//   smtp_session_bench PORT THREADS MESSAGES-PER-THREAD OCTETS
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "smtp/session.hpp"

using namespace paperround;

namespace {

bool send_all(std::uint16_t port, unsigned messages, const std::string& message) {
    config::Relay relay;
    relay.host = "127.0.0.1";
    relay.port = port;
    relay.tls = config::Tls::never;
    const smtp::Interrupt interrupt;
    auto session = smtp::Session::open(relay, "", "bench.example.org", interrupt);
    if (!session) return std::fprintf(stderr, "%s\n", session.error().text.c_str()), false;
    const smtp::Envelope envelope{"bounce@example.org", "ann@example.net"};
    for (unsigned i = 0; i < messages; ++i) {
        if (!session->usable()) return false;
        if (session->send(envelope, message, [] { return true; }).kind != queue::OutcomeKind::accepted)
            return false;
    }
    session->quit();
    return true;
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5)
        return std::fprintf(stderr, "usage: %s PORT THREADS MESSAGES-PER-THREAD OCTETS\n", argv[0]), 2;
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const auto threads = static_cast<unsigned>(std::atoi(argv[2]));
    const auto messages = static_cast<unsigned>(std::atoi(argv[3]));
    std::string message = "Subject: bench\r\n\r\n";
    while (message.size() < static_cast<std::size_t>(std::atoi(argv[4])))
        message += std::string(70, 'x') + "\r\n";

    const auto begun = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> couriers;
        for (unsigned i = 0; i < threads; ++i) {
            couriers.emplace_back([&] {
                if (!send_all(port, messages, message)) std::fputs("a session failed\n", stderr);
            });
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    const double total = static_cast<double>(threads) * messages;
    std::printf("%.0f messages in %.2f s: %.0f a second, %.1f us of CPU each\n", total, took.count(),
                total / took.count(), cpu_seconds() / total * 1e6);
    return 0;
}
