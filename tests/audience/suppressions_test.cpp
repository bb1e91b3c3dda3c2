#include <catch2/catch.hpp>

#include "audience_fixture.hpp"

using namespace paperround;
using namespace paperround::audience;
using test::Audience;

TEST_CASE("a suppression counts for every spelling of its address") {
    Audience a;
    a.suppress("Bob@example.org");
    CHECK(a.store->is_suppressed("bOB@example.org"));
    CHECK_FALSE(a.store->is_suppressed("ann@example.org"));
}

TEST_CASE("a tripped breaker makes its own provisional suppressions mailable again, and no others") {
    Audience a;
    a.suppress("mine@example.org", true, 7);
    a.suppress("other@example.org", true, 8);
    a.suppress("firm@example.org", false, 7);
    CHECK(a.store->undo_provisional(7) == 1);
    CHECK_FALSE(a.store->is_suppressed("mine@example.org"));
    CHECK(a.store->is_suppressed("other@example.org"));
    CHECK(a.store->is_suppressed("firm@example.org"));
}

TEST_CASE("confirmed suppressions survive an undo") {
    Audience a;
    a.suppress("bob@example.org", true, 7);
    CHECK(a.store->confirm_provisional(7) == 1);
    CHECK(a.store->undo_provisional(7) == 0);
    CHECK(a.store->is_suppressed("bob@example.org"));
}

TEST_CASE("a provisional suppression does not weaken a firm one") {
    Audience a;
    a.suppress("bob@example.org", false);
    a.suppress("bob@example.org", true, 7);
    CHECK(a.store->undo_provisional(7) == 0);
    CHECK(a.store->is_suppressed("bob@example.org"));
}

TEST_CASE("a firm suppression replaces a provisional one, with its reason") {
    Audience a;
    a.suppress("bob@example.org", true, 7);
    a.store->suppress({"bob@example.org", "complaint", "feedback report", false, std::nullopt, a.now});
    CHECK(a.store->undo_provisional(7) == 0);
    const Suppression expected{"bob@example.org", "complaint", "feedback report", false, std::nullopt, a.now};
    CHECK(a.store->find_suppression("Bob@example.org") == expected);
}

TEST_CASE("of two suppressions of equal weight the first keeps its evidence") {
    Audience a;
    a.suppress("bob@example.org", true, 7);
    a.store->suppress({"bob@example.org", "bounced", "later words", true, 8, a.now});
    CHECK(a.store->find_suppression("bob@example.org").value().evidence == "550 5.1.1 no such user");
    CHECK(a.store->undo_provisional(8) == 0);
}

TEST_CASE("an unsuppressed address is mailable again") {
    Audience a;
    a.add("bob@example.org");
    a.suppress("bob@example.org");
    CHECK(a.store->unsuppress("Bob@example.org"));
    CHECK_FALSE(a.store->unsuppress("bob@example.org"));
    CHECK(a.active().size() == 1);
}

TEST_CASE("suppressions are listed by address, page after page") {
    Audience a;
    for (int i = 0; i < 1100; ++i) a.suppress("s" + std::to_string(i) + "@example.org");
    std::vector<std::string> keys;
    a.store->list_suppressions([&](const Suppression& suppression) {
        keys.push_back(suppression.address_key);
        return true;
    });
    CHECK(keys.size() == 1100);
    CHECK(std::is_sorted(keys.begin(), keys.end()));
}
