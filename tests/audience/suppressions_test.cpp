#include <catch2/catch.hpp>

#include "audience_fixture.hpp"
#include "db/raw_sql.hpp"

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

TEST_CASE("a suppression of one newsletter leaves the others as they are") {
    Audience a;
    a.add("ann@example.org", "notes");
    a.add("ann@example.org", "news");
    const Suppression complaint{"ann@example.org", "complaint", "abuse", false, std::nullopt, a.now, "notes"};
    a.store->suppress(complaint);
    CHECK(a.active("notes").empty());
    CHECK(a.active("news").size() == 1);
    CHECK(a.store->count_active("notes") == 0);
    CHECK(a.store->count_active("news") == 1);
    CHECK_FALSE(a.store->is_active("notes", 1));
    CHECK(a.store->is_active("news", 1));
    CHECK(a.store->member("notes", 1)->suppressed);
    CHECK_FALSE(a.store->member("news", 1)->suppressed);
    CHECK(a.store->is_suppressed("ann@example.org", "notes"));
    CHECK_FALSE(a.store->is_suppressed("ann@example.org", "news"));
    CHECK_FALSE(a.store->is_suppressed("ann@example.org"));
    CHECK(a.store->find_suppression("ann@example.org", "notes") == complaint);
}

TEST_CASE("who is suppressed for one newsletter and for all is one reader less") {
    Audience a;
    a.add("ann@example.org");
    a.add("bob@example.org");
    a.suppress("ann@example.org");
    a.store->suppress({"ann@example.org", "complaint", "abuse", false, std::nullopt, a.now, "notes"});
    CHECK(a.store->count_active("notes") == 1);
    CHECK(a.store->find_suppression("ann@example.org", "notes")->reason == "bounced");
    CHECK(a.store->unsuppress("ann@example.org"));
    CHECK(a.store->count_active("notes") == 1);
    CHECK(a.store->unsuppress("ann@example.org", "notes"));
    CHECK(a.store->count_active("notes") == 2);
}

TEST_CASE("a suppression of an older version holds for all newsletters") {
    auto database = db::Database::open(":memory:");
    db::RawSql(database).execute(R"sql(
CREATE TABLE schema_steps (component TEXT PRIMARY KEY, steps INTEGER NOT NULL);
INSERT INTO schema_steps VALUES ('audience', 3);
CREATE TABLE subscribers (id INTEGER PRIMARY KEY);
CREATE TABLE suppressions (
  address_key TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  provisional INTEGER NOT NULL,
  mailing_id INTEGER,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX provisional_suppressions ON suppressions (mailing_id) WHERE provisional = 1;
INSERT INTO suppressions VALUES ('ann@example.org', 'bounced', '550', 1, 7, 1000);
)sql");
    AudienceStore::migrate(database);
    test::Committing<AudienceStore> store(database);
    const Suppression expected{"ann@example.org", "bounced", "550", true, 7, from_millis(1000)};
    CHECK(store->find_suppression("ann@example.org", "notes") == expected);
    CHECK(store->undo_provisional(7) == 1);
}
