#include "audience/audience_store.hpp"

#include <catch2/catch.hpp>

#include "audience_fixture.hpp"
#include "db/raw_sql.hpp"

using namespace paperround;
using namespace paperround::audience;
using test::Audience;
using namespace std::chrono_literals;
using Addresses = std::vector<std::string>;

TEST_CASE("a new reader is added with name and attributes") {
    Audience a;
    const auto added = a.store->subscribe(
        "notes", {0, "Ann@example.org", "Ann", {{"city", "Bath"}, {"plan", ""}}}, a.now, "test");
    CHECK(added.result == Subscribed::added);
    CHECK(a.store->find(added.subscriber_id) ==
          Subscriber{added.subscriber_id, "Ann@example.org", "Ann", {{"city", "Bath"}}});
    CHECK(a.store->count_active("notes") == 1);
}

TEST_CASE("two spellings of an address are one reader") {
    Audience a;
    const auto first = a.add("Ann@example.org");
    const auto second = a.add("ANN@example.org");
    CHECK(second.result == Subscribed::updated);
    CHECK(second.subscriber_id == first.subscriber_id);
    CHECK(a.store->find("ann@EXAMPLE.org").value().address == "Ann@example.org");
}

TEST_CASE("subscribing again updates the name and merges attributes") {
    Audience a;
    a.store->subscribe("notes", {0, "ann@example.org", "Ann", {{"city", "Bath"}, {"plan", "free"}}}, a.now,
                       "test");
    a.store->subscribe("notes", {0, "ann@example.org", "", {{"city", ""}, {"lang", "de"}}}, a.now, "test");
    const auto ann = a.store->find("ann@example.org").value();
    CHECK(ann.name == "Ann");
    CHECK(ann.attributes == std::map<std::string, std::string>{{"lang", "de"}, {"plan", "free"}});
}

TEST_CASE("one who left is not subscribed again by an import, but is by an explicit request") {
    Audience a;
    const auto ann = a.add("ann@example.org");
    REQUIRE(a.store->leave("notes", ann.subscriber_id, a.now));
    CHECK(a.add("ann@example.org").result == Subscribed::left_before);
    CHECK(a.active().empty());
    CHECK(a.add("ann@example.org", "notes", Again::yes).result == Subscribed::added);
    CHECK(a.active() == Addresses{"ann@example.org"});
    CHECK_FALSE(a.store->member("notes", ann.subscriber_id).value().ended_at);
}

TEST_CASE("one whom the operator removed is not brought back by an import either") {
    Audience a;
    a.add("ann@example.org");
    CHECK(a.store->remove("notes", "ANN@example.org", a.now));
    CHECK(a.add("ann@example.org").result == Subscribed::left_before);
}

TEST_CASE("re-importing one who left still brings the name up to date") {
    Audience a;
    const auto ann = a.add("ann@example.org");
    a.store->leave("notes", ann.subscriber_id, a.now);
    a.store->subscribe("notes", {0, "ann@example.org", "Ann Lee", {}}, a.now, "test");
    CHECK(a.store->find(ann.subscriber_id).value().name == "Ann Lee");
}

TEST_CASE("leaving twice tells that the second changed nothing and keeps the first time") {
    Audience a;
    const auto ann = a.add("ann@example.org");
    CHECK(a.store->leave("notes", ann.subscriber_id, a.now));
    CHECK_FALSE(a.store->leave("notes", ann.subscriber_id, a.now + 1h));
    const auto member = a.store->member("notes", ann.subscriber_id).value();
    CHECK(member.state == State::left);
    CHECK(member.ended_at == a.now);
}

TEST_CASE("leaving one newsletter leaves the others alone") {
    Audience a;
    const auto ann = a.add("ann@example.org", "notes");
    a.add("ann@example.org", "digest");
    a.store->leave("notes", ann.subscriber_id, a.now);
    CHECK_FALSE(a.store->is_active("notes", ann.subscriber_id));
    CHECK(a.store->is_active("digest", ann.subscriber_id));
}

TEST_CASE("nobody leaves a newsletter that they do not read") {
    Audience a;
    const auto ann = a.add("ann@example.org");
    CHECK_FALSE(a.store->leave("digest", ann.subscriber_id, a.now));
    CHECK_FALSE(a.store->leave("notes", 999, a.now));
    CHECK_FALSE(a.store->remove("notes", "nobody@example.org", a.now));
}

TEST_CASE("a suppressed address cannot be subscribed, not even by an explicit request") {
    Audience a;
    a.suppress("Bob@example.org");
    CHECK(a.add("bob@example.org", "notes", Again::yes).result == Subscribed::suppressed);
    CHECK_FALSE(a.store->find("bob@example.org"));
}

TEST_CASE("a suppressed reader stays a member but is not mailed") {
    Audience a;
    a.add("ann@example.org");
    const auto bob = a.add("Bob@example.org");
    a.suppress("bob@example.org");
    CHECK(a.active() == Addresses{"ann@example.org"});
    CHECK(a.store->count_active("notes") == 1);
    CHECK_FALSE(a.store->is_active("notes", bob.subscriber_id));
    const auto member = a.store->member("notes", bob.subscriber_id).value();
    CHECK(member.state == State::active);
    CHECK(member.suppressed);
    CHECK(a.add("bob@example.org").result == Subscribed::suppressed);
}

TEST_CASE("a suppressed reader who left is not subtracted twice from the count") {
    Audience a;
    a.add("ann@example.org");
    const auto bob = a.add("bob@example.org");
    a.store->leave("notes", bob.subscriber_id, a.now);
    a.suppress("bob@example.org");
    a.suppress("stranger@example.org");
    CHECK(a.store->count_active("notes") == 1);
}

TEST_CASE("the fan-out reads readers in chunks by ascending id, each once") {
    Audience a;
    for (const char* address : {"a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org"}) a.add(address);
    a.add("other@x.org", "digest");
    a.store->remove("notes", "b@x.org", a.now);
    const auto first = a.store->reach("notes", 0, 2);
    REQUIRE(first.readers.size() == 2);
    CHECK(first.readers[1].address == "c@x.org");
    CHECK_FALSE(first.complete);
    CHECK(a.active("notes", first.last, 2) == Addresses{"d@x.org", "e@x.org"});
    CHECK(a.active("notes", 5, 2).empty());
    CHECK(a.store->reach("notes", 5, 2).complete);
}

TEST_CASE("the fan-out goes past those who are suppressed, and counts them") {
    Audience a;
    for (const char* address : {"a@x.org", "b@x.org", "c@x.org", "d@x.org"}) a.add(address);
    a.suppress("b@x.org");
    a.suppress("d@x.org");
    const auto first = a.store->reach("notes", 0, 2);
    CHECK(first.readers.size() == 1);
    CHECK(first.suppressed == 1);
    CHECK(first.last == 2);
    const auto rest = a.store->reach("notes", first.last, 3);
    CHECK(rest.readers.size() == 1);
    CHECK(rest.suppressed == 1);
    CHECK(rest.last == 4);
    CHECK(rest.complete);
    const auto behind = a.store->count_active_after("notes", 1);
    CHECK(behind.mailable == 1);
    CHECK(behind.suppressed == 2);
}

TEST_CASE("readers are fetched in the order asked for, without those that are gone") {
    Audience a;
    const auto ann = a.add("ann@example.org").subscriber_id;
    const auto bob = a.add("bob@example.org").subscriber_id;
    const std::vector<std::int64_t> ids{bob, 999, ann};
    const auto found = a.store->get_many(ids);
    REQUIRE(found.size() == 2);
    CHECK(found[0].address == "bob@example.org");
    CHECK(found[1].address == "ann@example.org");
}

TEST_CASE("readers are found by a pattern of their addresses, whatever its case") {
    Audience a;
    const auto ann = a.add("Ann_B@example.org").subscriber_id;
    a.add("annxb@example.net");
    CHECK(a.store->matching("ANN\\_%", 9) == std::vector{ann});
    CHECK(a.store->matching("%@example.%", 9).size() == 2);
    CHECK(a.store->matching("%@example.%", 1).size() == 1);
    CHECK(a.store->matching("example", 9).empty());
}

TEST_CASE("an id is never given to a second reader") {
    Audience a;
    const auto ann = a.add("ann@example.org").subscriber_id;
    db::RawSql(a.database).execute("DELETE FROM subscribers");
    CHECK(a.add("bob@example.org").subscriber_id > ann);
}

TEST_CASE("a rolled back transaction takes back the leaving") {
    Audience a;
    const auto ann = a.add("ann@example.org");
    {
        const db::Transaction transaction(a.database);
        a.store->leave("notes", ann.subscriber_id, a.now);
    }
    CHECK(a.store->is_active("notes", ann.subscriber_id));
}

namespace {
Addresses listed(Audience& a, const MemberFilter& filter) {
    Addresses addresses;
    a.store->list("notes", filter, [&](const Member& member) {
        addresses.push_back(member.subscriber.address);
        return true;
    });
    return addresses;
}
}  // namespace

TEST_CASE("listing filters by state and by text") {
    Audience a;
    a.store->subscribe("notes", {0, "ann@example.org", "Ann Lee", {}}, a.now, "test");
    a.add("bob_x@example.org");
    a.add("bobyx@example.org");
    a.store->remove("notes", "ann@example.org", a.now);
    CHECK(listed(a, {}) == Addresses{"ann@example.org", "bob_x@example.org", "bobyx@example.org"});
    CHECK(listed(a, {State::removed, ""}) == Addresses{"ann@example.org"});
    CHECK(listed(a, {std::nullopt, "lee"}) == Addresses{"ann@example.org"});
    CHECK(listed(a, {State::active, "B_X"}) == Addresses{"bob_x@example.org"});
    CHECK(listed(a, {std::nullopt, "%"}).empty());
}

TEST_CASE("listing goes past the end of a page and stops when told") {
    Audience a;
    for (int i = 0; i < 1203; ++i) a.add("r" + std::to_string(i) + "@example.org");
    CHECK(listed(a, {}).size() == 1203);
    int visited = 0;
    a.store->list("notes", {}, [&](const Member&) { return ++visited < 700; });
    CHECK(visited == 700);
}

TEST_CASE("hostile names and attributes come back as they went in") {
    Audience a;
    const std::string name = "O'Brien\"); DROP TABLE subscribers;--";
    a.store->subscribe("notes", {0, "o@example.org", name, {{"k\"ey", "{\"a\":1}\n"}}}, a.now, "test");
    const auto found = a.store->find("o@example.org").value();
    CHECK(found.name == name);
    CHECK(found.attributes.at("k\"ey") == "{\"a\":1}\n");
    CHECK(a.store->attribute_names("notes") == std::set<std::string>{"k\"ey"});
}

TEST_CASE("states are read as they are written") {
    for (const State state : {State::active, State::left, State::removed})
        CHECK(parse_state(to_string(state)) == state);
    CHECK_FALSE(parse_state("gone"));
}

TEST_CASE("a list from before reasons were kept is upgraded and keeps its members") {
    auto database = db::Database::open(":memory:");
    db::RawSql(database).execute(R"sql(
CREATE TABLE schema_steps (component TEXT PRIMARY KEY, steps INTEGER NOT NULL);
INSERT INTO schema_steps VALUES ('audience', 1);
CREATE TABLE subscribers (
  id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL, address_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, attributes TEXT NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE subscriptions (
  newsletter TEXT NOT NULL, subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('active', 'left', 'removed')), since INTEGER NOT NULL, ended_at INTEGER,
  source TEXT NOT NULL, PRIMARY KEY (newsletter, subscriber_id)
) WITHOUT ROWID;
CREATE TABLE suppressions (
  address_key TEXT NOT NULL PRIMARY KEY, reason TEXT NOT NULL, evidence TEXT NOT NULL,
  provisional INTEGER NOT NULL, mailing_id INTEGER, created_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO subscribers VALUES (1, 'ann@example.org', 'ann@example.org', '', '{}', 0);
INSERT INTO subscriptions VALUES ('notes', 1, 'left', 1000, 2000, 'command line');
)sql");
    AudienceStore::migrate(database);
    const auto member = AudienceStore(database).member("notes", 1).value();
    CHECK(member.state == State::left);
    CHECK(member.ended_at == from_millis(2000));
    CHECK(member.reason.empty());
}
