// Many clients at once, run by name: web_tests "[long]". Prints what they cost.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>
#include <vector>

#include "support/wait.hpp"
#include "web/event_stream.hpp"
#include "web/listener.hpp"
#include "web_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

std::size_t resident_kib() {
    std::ifstream status("/proc/self/statm");
    std::size_t pages = 0;
    std::size_t resident = 0;
    status >> pages >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

void allow_descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Holds many connections, and answers on others.
struct Load {
    ~Load() {
        for (const int each : sockets) ::close(each);
    }
    void connect(int count, const std::string& beginning) {
        for (int i = 0; i < count; ++i) sockets.push_back(test::half_open(listener.port(), beginning));
    }
    web::Admission admit(const web::HttpRequest&) {
        return {.answer = [this](const web::HttpRequest& request) {
            if (request.path != "/events") return web::HttpResponse{.body = "done"};
            const std::lock_guard lock(mutex);
            streams.push_back(std::make_shared<web::EventStream>());
            return web::HttpResponse{.type = "text/event-stream", .events = streams.back()};
        }};
    }
    std::size_t open_streams() {
        const std::lock_guard lock(mutex);
        return streams.size();
    }
    // The time of one answer in milliseconds.
    double ask() {
        const auto begun = std::chrono::steady_clock::now();
        const int socket = test::half_open(listener.port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        const auto answer = test::rest_of(socket);
        ::close(socket);
        REQUIRE(test::has(answer, "done"));
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
    }

    std::mutex mutex;  // guards `streams`
    std::vector<std::shared_ptr<web::EventStream>> streams;
    std::vector<int> sockets;
    web::Listener listener =
        web::Listener::start([this](const web::HttpRequest& head) { return admit(head); },
                             {.connections = 8000, .times = {10min, 10min, 10min}})
            .value();
};

}  // namespace

TEST_CASE("5 000 idle clients and 200 streams keep nobody waiting", "[.][long]") {
    allow_descriptors();
    Load load;
    const auto before = resident_kib();
    load.connect(200, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(test::eventually([&] { return load.open_streams() == 200; }, 60s));
    load.connect(2500, "");
    load.connect(2500, "GET / HTTP/1.1\r\nX-Slow: ");
    std::vector<double> times;
    for (int i = 0; i < 200; ++i) {
        for (const auto& stream : load.streams) REQUIRE(stream->send("data: x\n\n"));
        for (std::size_t drip = 2700; drip < load.sockets.size(); drip += 50)
            REQUIRE(::send(load.sockets[drip], "x", 1, MSG_NOSIGNAL) == 1);
        times.push_back(load.ask());
    }
    std::ranges::sort(times);
    WARN(fmt::format("answered in {:.1f} ms (median), {:.1f} ms (longest); {} KiB for {} clients", times[100],
                     times.back(), resident_kib() - before, load.sockets.size()));
}
