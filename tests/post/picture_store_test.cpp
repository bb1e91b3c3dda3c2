#include "post/picture_store.hpp"

#include <catch2/catch.hpp>

#include "support/committing.hpp"
#include "support/manual_clock.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    Fixture() { post::PictureStore::migrate(database); }
    db::Database database = db::Database::open(":memory:");
    test::Committing<post::PictureStore> store{database};
    test::ManualClock clock;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "sizes are kept with their post") {
    const PictureSizes sizes{{"https://e.org/a.png", {1600, 900}}, {"https://e.org/b.png", {30, 20}}};
    store->keep(7, sizes);
    CHECK(store->sizes_of(7) == sizes);
    CHECK(store->sizes_of(8).empty());
    // A changed post: what is known of the other pictures stays.
    store->keep(7, {{"https://e.org/a.png", {800, 450}}});
    CHECK(store->sizes_of(7).at("https://e.org/a.png") == PictureSize{800, 450});
    CHECK(store->sizes_of(7).size() == 2);
}
TEST_CASE_METHOD(Fixture, "a post is awaited until its pictures were looked at, in the order of the posts") {
    store->await(9, clock.now() + 10s);
    store->await(7, clock.now() + 10s);
    CHECK(store->awaited(10) == std::vector<std::int64_t>{7, 9});
    CHECK(store->awaited(1) == std::vector<std::int64_t>{7});
    store->keep(7, {});
    CHECK(store->awaited(10) == std::vector<std::int64_t>{9});
}
TEST_CASE_METHOD(Fixture, "a mailing waits ten seconds and no longer") {
    CHECK_FALSE(store->holds_up(7, clock.now()));
    store->await(7, clock.now() + 10s);
    CHECK(store->holds_up(7, clock.now()));
    clock.advance(9999ms);
    CHECK(store->holds_up(7, clock.now()));
    clock.advance(1ms);
    CHECK_FALSE(store->holds_up(7, clock.now()));
    CHECK(store->awaited(10).size() == 1);
}
TEST_CASE_METHOD(Fixture, "a clock that was set back does not make a mailing wait longer") {
    store->await(7, clock.now() + 10s);
    CHECK_FALSE(store->holds_up(7, clock.now() - 24h));
}
