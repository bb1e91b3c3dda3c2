#include "base/random.hpp"

#include <catch2/catch.hpp>

#include "base/clock.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;

TEST_CASE("random octets come in the number asked for") {
    test::SeededRandom random;
    for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 32U}) CHECK(random.bytes(count).size() == count);
}

TEST_CASE("a fraction is at least 0 and less than 1, at the edges too") {
    struct Fixed final : Random {
        std::uint64_t value = 0;
        std::uint64_t next() override { return value; }
    } random;
    CHECK(random.fraction() == 0.0);
    random.value = ~std::uint64_t{0};
    CHECK(random.fraction() < 1.0);
    CHECK(random.fraction() > 0.9999999);
}

TEST_CASE("the system's generator does not repeat itself") {
    SystemRandom random;
    CHECK(random.bytes(16) != random.bytes(16));
}

TEST_CASE("a time survives its way through the database's milliseconds") {
    CHECK(to_millis(from_millis(1'790'000'000'123)) == 1'790'000'000'123);
    CHECK(to_millis(from_millis(-1)) == -1);
    CHECK(SystemClock().now() > from_millis(1'700'000'000'000));
}
