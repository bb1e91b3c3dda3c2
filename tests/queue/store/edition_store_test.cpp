#include "queue/store/edition_store.hpp"
#include "support/committing.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

namespace {
struct Editions {
    Editions() { queue::EditionStore::migrate(database); }
    db::Database database = db::Database::open(":memory:");
    test::Committing<queue::EditionStore> store{database};
};
}  // namespace

TEST_CASE_METHOD(Editions, "a mailing that has not begun has no letter") {
    CHECK(store->languages(1).empty());
    CHECK_FALSE(store->find(1, "").has_value());
}
TEST_CASE_METHOD(Editions, "letters are kept by mailing and language, whatever octets they are") {
    const std::string octets("\0\xff'", 3);
    store->keep(1, {{"", {octets, "First"}}, {"de", {"deutsch", "Erster"}}});
    store->keep(2, {{"", {"another", ""}}});
    CHECK(store->languages(1) == std::set<std::string>{"", "de"});
    CHECK(store->find(1, "") == octets);
    CHECK(store->find(1, "de") == "deutsch");
    CHECK(store->find(2, "") == "another");
    CHECK_FALSE(store->find(2, "de").has_value());
}
TEST_CASE_METHOD(Editions, "pictures are kept by mailing, and stay as they are") {
    CHECK_FALSE(store->find_pictures(1).has_value());
    store->keep_pictures(1, std::string("\0\xff", 2));
    store->keep_pictures(1, "second");
    CHECK(store->find_pictures(1) == std::string("\0\xff", 2));
    CHECK_FALSE(store->find_pictures(2).has_value());
}
TEST_CASE_METHOD(Editions, "a letter that is kept stays as it is") {
    store->keep(1, {{"", {"first", "First"}}});
    store->keep(1, {{"", {"second", "Second"}}});
    CHECK(store->find(1, "") == "first");
}
