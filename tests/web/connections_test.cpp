#include "web/connections.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;
using web::Connections;

namespace {

// The two ends of a connection.
struct Pair {
    Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0); }
    ~Pair() {
        for (const int each : ends) ::close(each);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    [[nodiscard]] int server() const { return ends[0]; }
    [[nodiscard]] bool is_cut_off() const {
        char next = 0;
        return ::recv(ends[1], &next, 1, MSG_DONTWAIT) == 0;
    }
    std::array<int, 2> ends{};
};

}  // namespace

TEST_CASE("each stage of a request has its own deadline, and a stream none") {
    const Pair pair;
    Connections connections({.first_octet = 1h, .header = 5s, .request = 15s}, 10);
    const auto handle = connections.opened(pair.server());
    const auto begun = handle->opened;
    connections.let_go_of_the_late(begun + 4s);
    CHECK_FALSE(pair.is_cut_off());
    SECTION("its header") {
        connections.let_go_of_the_late(begun + 5s);
        CHECK(pair.is_cut_off());
    }
    SECTION("its body and its answer") {
        connections.reached(handle, GENERATE(Connections::Stage::body, Connections::Stage::answering));
        connections.let_go_of_the_late(begun + 14s);
        CHECK_FALSE(pair.is_cut_off());
        connections.let_go_of_the_late(begun + 15s);
        CHECK(pair.is_cut_off());
    }
    SECTION("a stream lasts, and what it sent last is to be read in time") {
        const auto events = std::make_shared<web::EventStream>();
        connections.streams(handle, events);
        connections.let_go_of_the_late(begun + 24h);
        CHECK_FALSE(pair.is_cut_off());
        events->end();
        connections.let_go_of_the_late(begun + 25h);
        CHECK_FALSE(pair.is_cut_off());
        connections.let_go_of_the_late(begun + 25h + 15s);
        CHECK(pair.is_cut_off());
    }
    connections.closed(handle);
    CHECK(connections.count() == 0);
}

TEST_CASE("one too many costs the oldest that has not said what it wants, else the one that has come") {
    const std::array<Pair, 3> pairs;
    Connections connections({}, 2);
    const auto first = connections.opened(pairs[0].server());
    const auto second = connections.opened(pairs[1].server());
    SECTION("the oldest") {
        connections.reached(first, Connections::Stage::answering);
        (void)connections.opened(pairs[2].server());
        CHECK_FALSE(pairs[0].is_cut_off());
        CHECK(pairs[1].is_cut_off());
        CHECK_FALSE(pairs[2].is_cut_off());
    }
    SECTION("the new one") {
        for (const auto& each : {first, second}) connections.reached(each, Connections::Stage::answering);
        (void)connections.opened(pairs[2].server());
        CHECK_FALSE(pairs[0].is_cut_off());
        CHECK_FALSE(pairs[1].is_cut_off());
        CHECK(pairs[2].is_cut_off());
    }
}
