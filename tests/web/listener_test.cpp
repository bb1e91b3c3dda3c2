#include "web/listener.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "support/wait.hpp"
#include "web_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::has;
using test::Site;

namespace {

// Sockets, closed at the end.
struct Clients {
    Clients(const Site& site, int count, const std::string& beginning) {
        for (int i = 0; i < count; ++i) sockets.push_back(site.half_open(beginning));
    }
    ~Clients() {
        for (const int each : sockets) ::close(each);
    }
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;
    std::vector<int> sockets;
};

bool is_cut_off(int socket) {
    char next = 0;
    return test::eventually([&] {
        // Reset, or at end of file.
        const ssize_t got = ::recv(socket, &next, 1, MSG_DONTWAIT);
        return got == 0 || (got < 0 && errno != EAGAIN);
    });
}

constexpr web::ConnectionTimes patient{.first_octet = 10min, .header = 10min, .request = 10min};

}  // namespace

TEST_CASE("a client that says nothing is cut off before one that is slow") {
    const Site site({.first_octet = 10ms, .header = 10min, .request = 10min});
    const Clients silent(site, 1, "");
    const Clients slow(site, 1, "GET / HTTP/1.1\r\nX-Slow: ");
    CHECK(is_cut_off(silent.sockets[0]));
    char next = 0;
    CHECK(::recv(slow.sockets[0], &next, 1, MSG_DONTWAIT) < 0);
}

TEST_CASE("a header that drips in is cut off at its deadline: an octet now and then buys no time") {
    const Site site({.first_octet = 10min, .header = 100ms, .request = 10min});
    const Clients slow(site, 1, "GET / HTTP/1.1\r\nX-Slow: ");
    CHECK(test::eventually([&] { return ::send(slow.sockets[0], "x", 1, MSG_NOSIGNAL) < 0; }));
}

TEST_CASE("a body that drips in is cut off at the deadline of the request") {
    Site site({.first_octet = 10min, .header = 10min, .request = 100ms});
    const Clients slow(site, 1, "POST /u/tok-EN_1 HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nx=");
    CHECK(test::eventually([&] { return ::send(slow.sockets[0], "x", 1, MSG_NOSIGNAL) < 0; }));
    CHECK(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("a client that is cut off, or goes, has left by the deadline where its body said so") {
    const bool goes = GENERATE(true, false);
    Site site({.first_octet = 10min, .header = 10min, .request = 100ms});
    {
        const Clients client(site, 1,
                             "POST /u/tok-EN_1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n"
                             "List-Unsubscribe=One-Click");
        if (!goes) CHECK(is_cut_off(client.sockets[0]));
    }
    CHECK(test::eventually([&] { return !site.readers.is_active("tok-EN_1"); }));
}

TEST_CASE("idle clients make room for one who wants something, the oldest first") {
    Site site(patient, nullptr, 8);
    const Clients idle(site, 30,
                       GENERATE("", "POST /u/tok-EN_1 HTTP/1.1\r\nX-Slow: ",
                                "POST /u/tok-EN_1 HTTP/1.1\r\nContent-Length: 9\r\n\r\n"));
    CHECK(site.one_click("/u/tok-EN_1").status == 200);
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
    CHECK(is_cut_off(idle.sockets[0]));
}

TEST_CASE("a stop waits for no client") {
    Site site(patient);
    const Clients silent(site, 10, "");
    const Clients slow(site, 10, "POST /u/tok-EN_1 HTTP/1.1\r\n");
    const Clients slower(site, 10, "POST /u/tok-EN_1 HTTP/1.1\r\nContent-Length: 26\r\n\r\n");
    std::atomic<bool> stopped = false;
    std::thread stopping([&] {
        site.server.reset();
        stopped = true;
    });
    CHECK(test::eventually([&] { return stopped.load(); }, 60s));
    stopping.join();
    CHECK(site.readers.leave_calls == 0);
}

TEST_CASE("events reach their client as they happen, and take no worker") {
    std::vector<std::shared_ptr<web::EventStream>> streams;
    std::mutex mutex;  // guards `streams`
    const auto admit = [&](const web::HttpRequest&) {
        return web::Admission{.answer = [&](const web::HttpRequest& request) {
            if (request.path == "/plain") return web::HttpResponse{.body = "plain"};
            const std::lock_guard lock(mutex);
            streams.push_back(std::make_shared<web::EventStream>());
            return web::HttpResponse{.type = "text/event-stream", .events = streams.back()};
        }};
    };
    auto listener = web::Listener::start(admit, {.workers = 1, .times = {.request = 100ms}});
    REQUIRE(listener);
    const auto fetch = [&](const std::string& path) {
        return std::vector<std::string>{
            "curl", "-sN",       "-q", "-m",
            "60",   "--noproxy", "*",  "http://127.0.0.1:" + std::to_string(listener->port()) + path};
    };
    test::Process first(fetch("/events"));
    test::Process second(fetch("/events"));
    const auto open = [&] {
        const std::lock_guard lock(mutex);
        return streams.size();
    };
    REQUIRE(test::eventually([&] { return open() == 2; }));
    CHECK(test::run(fetch("/plain")).output == "plain");
    CHECK(streams[0]->send("data: one\n\n"));
    CHECK(streams[1]->send("data: two\n\n"));
    const auto both = [&] { return first.output() + second.output(); };
    CHECK(test::eventually([&] { return has(both(), "data: one\n\n") && has(both(), "data: two\n\n"); }));
    // The first client's end is noticed; the other's stream ends after its last events.
    first.signal(SIGKILL);
    static_cast<void>(first.wait());
    CHECK(test::eventually([&] { return streams[0]->ended() != streams[1]->ended(); }));
    for (const auto& each : streams) {
        each->send("data: last\n\n");
        each->end();
    }
    CHECK(second.wait() == 0);
    CHECK(has(second.output(), "data: last\n\n"));
}

TEST_CASE("a stop ends the streams") {
    std::atomic<int> begun = 0;
    const auto admit = [&](const web::HttpRequest&) {
        return web::Admission{.answer = [&](const web::HttpRequest&) {
            ++begun;
            return web::HttpResponse{.events = std::make_shared<web::EventStream>()};
        }};
    };
    auto listener = web::Listener::start(admit, {.workers = 1});
    REQUIRE(listener);
    test::Process client({"curl", "-sN", "-q", "--noproxy", "*",
                          "http://127.0.0.1:" + std::to_string(listener->port()) + "/"});
    REQUIRE(test::eventually([&] { return begun == 1; }));
    { const auto stopped = std::move(*listener); }
    CHECK(client.wait(60s) == 0);
}

TEST_CASE("a port in use is an error that names it") {
    const Site site;
    test::ScriptedUnsubscribing readers;
    web::ServerOptions options;
    options.port = site.server->port();
    const auto second =
        web::WebServer::start(readers, web::Pages::load(test::web_templates()).value(), options);
    REQUIRE_FALSE(second);
    CHECK(has(second.error().message, "cannot listen on 127.0.0.1:" + std::to_string(options.port)));
    CHECK(second.error().code == web::ListenError::Code::taken);
}

TEST_CASE("an address that is not this machine's is told from a port that is taken") {
    test::ScriptedUnsubscribing readers;
    web::ServerOptions options;
    options.host = "192.0.2.9";  // TEST-NET-1: no machine has it
    options.port = 8025;
    const auto server =
        web::WebServer::start(readers, web::Pages::load(test::web_templates()).value(), options);
    REQUIRE_FALSE(server);
    CHECK(server.error().code == web::ListenError::Code::not_there);
}

TEST_CASE("a server that goes takes its port with it") {
    auto site = std::make_unique<Site>();
    const auto port = site->server->port();
    CHECK(test::listening(port));
    site.reset();
    CHECK_FALSE(test::listening(port));
}
