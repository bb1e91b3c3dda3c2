#include "queue/ledger/read_trouble.hpp"

#include <catch2/catch.hpp>

#include "support/wait.hpp"

using namespace paperround;
using namespace paperround::queue;

TEST_CASE("without trouble all of the room may be claimed and nothing is said") {
    ReadTrouble trouble;
    CHECK(trouble.claimable(20) == 20);
    CHECK_FALSE(trouble.could_read());
    CHECK_FALSE(trouble.any());
    const auto news = trouble.news();
    CHECK(news.failure.empty());
    CHECK_FALSE(news.over);
}

TEST_CASE("a failure is said once, with its last reason, and so is its end") {
    ReadTrouble trouble;
    trouble.cannot_read("disk I/O error");
    trouble.cannot_read("database disk image is malformed");  // another composer, at the same time
    CHECK(trouble.any());
    CHECK(trouble.news().failure == "database disk image is malformed");
    CHECK(trouble.news().failure.empty());
    CHECK(trouble.could_read());
    CHECK_FALSE(trouble.any());
    CHECK(trouble.news().over);
    CHECK_FALSE(trouble.news().over);
}

TEST_CASE("a failure that ended before it was said is not said") {
    ReadTrouble trouble;
    trouble.cannot_read("disk I/O error");
    CHECK(trouble.could_read());
    const auto news = trouble.news();
    CHECK(news.failure.empty());
    CHECK_FALSE(news.over);
}

TEST_CASE("while nothing can be read one delivery tries, after a pause") {
    ReadTrouble trouble;
    trouble.cannot_read("disk I/O error");
    CHECK(trouble.claimable(20) == 0);
    REQUIRE(test::eventually([&] { return trouble.claimable(20) == 1; }));
    CHECK(trouble.claimable(20) == 0);  // that one is trying
    CHECK(trouble.could_read());
    CHECK(trouble.claimable(20) == 20);
}
