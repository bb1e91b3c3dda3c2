#include "pipeline/courier/outbox.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "support/wait.hpp"

using namespace paperround;
using pipeline::Letter;
using pipeline::Outbox;
using namespace std::chrono_literals;

namespace {

Letter letter(std::int64_t id, std::size_t octets = 10) {
    Letter made;
    made.delivery.id = id;
    made.message = std::string(octets, 'x');
    return made;
}
void put(Outbox& outbox, std::vector<std::int64_t> ids, bool more_follow = false) {
    std::vector<Letter> letters;
    for (const std::int64_t id : ids) letters.push_back(letter(id));
    outbox.put(std::move(letters), more_follow);
}
std::int64_t id_of(const std::optional<Letter>& letter) {
    return letter ? letter->delivery.id : 0;
}

}  // namespace

TEST_CASE("letters leave the outbox in the order in which they came") {
    Outbox outbox(4);
    put(outbox, {1});
    put(outbox, {2});
    CHECK(id_of(outbox.take(false, 0ms)) == 1);
    CHECK(id_of(outbox.take_now()) == 2);
    CHECK_FALSE(outbox.take_now());
    CHECK_FALSE(outbox.take(true, 0ms));
}

TEST_CASE("composers get room in batches: only once the outbox is half empty") {
    Outbox outbox(4);
    const std::stop_source stop;
    CHECK(outbox.wait_for_room(stop.get_token()) == 4);
    for (int i = 1; i <= 4; ++i) put(outbox, {i});
    std::atomic<std::size_t> room = 0;
    {
        const std::jthread composer([&] { room = outbox.wait_for_room(stop.get_token()); });
        CHECK(id_of(outbox.take_now()) == 1);
        CHECK(room == 0);  // three of four are left
        CHECK(id_of(outbox.take_now()) == 2);
        CHECK(test::eventually([&] { return room == 2; }));
    }
}

TEST_CASE("few large letters fill the outbox as many small ones do") {
    Outbox outbox(100);
    std::stop_source stop;
    std::vector<Letter> large;
    large.push_back(letter(1, Outbox::octets_limit));
    outbox.put(std::move(large));
    std::atomic<std::size_t> room = 0;
    {
        const std::jthread composer([&] { room = outbox.wait_for_room(stop.get_token()); });
        CHECK(room == 0);
        CHECK(id_of(outbox.take_now()) == 1);
        CHECK(test::eventually([&] { return room == 100; }));
    }
}

TEST_CASE("a letter goes to the courier that has a session") {
    Outbox outbox(4);
    std::atomic<std::int64_t> with_session = 0;
    std::atomic<std::int64_t> without_session = 0;
    {
        const std::jthread has([&] { with_session = id_of(outbox.take(true, 1h)); });
        const std::jthread has_not([&] { without_session = id_of(outbox.take(false, 1h)); });
        CHECK(test::eventually([&] { return outbox.waiting() == 2; }));
        put(outbox, {1});
        CHECK(test::eventually([&] { return with_session == 1; }));
        CHECK(without_session == 0);
        // No courier with a session waits: now another session is opened.
        put(outbox, {2});
        CHECK(test::eventually([&] { return without_session == 2; }));
    }
}

TEST_CASE("a burst wakes couriers without a session too") {
    Outbox outbox(4);
    std::atomic<int> served = 0;
    {
        const std::jthread has([&] { served += outbox.take(true, 1h) ? 1 : 0; });
        const std::jthread has_not([&] { served += outbox.take(false, 1h) ? 1 : 0; });
        CHECK(test::eventually([&] { return outbox.waiting() == 2; }));
        put(outbox, {1});
        put(outbox, {2});
        CHECK(test::eventually([&] { return served == 2; }));
    }
}

TEST_CASE(
    "while more letters follow, one courier is woken for several of them, and at the end every letter has "
    "one") {
    Outbox outbox(8);
    std::atomic<int> served = 0;
    {
        std::vector<std::jthread> couriers;
        for (int i = 0; i < 5; ++i) couriers.emplace_back([&] { served += outbox.take(true, 1h) ? 1 : 0; });
        CHECK(test::eventually([&] { return outbox.waiting() == 5; }));
        put(outbox, {1, 2, 3, 4}, true);
        CHECK(test::eventually([&] { return served == 1; }));
        CHECK(outbox.waiting() == 4);
        put(outbox, {5}, false);
        CHECK(test::eventually([&] { return served == 5; }));
    }
}

TEST_CASE("the end of a batch calls couriers for what was put before, though nothing is left to put") {
    Outbox outbox(8);
    std::atomic<int> served = 0;
    {
        std::vector<std::jthread> couriers;
        for (int i = 0; i < 4; ++i) couriers.emplace_back([&] { served += outbox.take(false, 1h) ? 1 : 0; });
        CHECK(test::eventually([&] { return outbox.waiting() == 4; }));
        put(outbox, {1, 2, 3, 4}, true);
        put(outbox, {}, false);
        CHECK(test::eventually([&] { return served == 4; }));
    }
}

TEST_CASE("a closed outbox hands out nothing, and what is in it can be taken back") {
    Outbox outbox(4);
    put(outbox, {1});
    put(outbox, {2});
    outbox.close();
    CHECK(outbox.closed());
    CHECK_FALSE(outbox.take(true, 1h));
    CHECK_FALSE(outbox.take_now());
    CHECK(outbox.empty_out().size() == 2);
    CHECK(outbox.empty_out().empty());
}

TEST_CASE("closing wakes the couriers that wait") {
    Outbox outbox(4);
    std::atomic<int> went_empty = 0;
    {
        const std::jthread one([&] { went_empty += outbox.take(true, 1h) ? 0 : 1; });
        const std::jthread two([&] { went_empty += outbox.take(false, 1h) ? 0 : 1; });
        CHECK(test::eventually([&] { return outbox.waiting() == 2; }));
        outbox.close();
    }
    CHECK(went_empty == 2);
}
