// `hold` and `approve`: what becomes of a new post between the poll that finds it and its mailing.
#include <catch2/catch.hpp>

#include "db/raw_sql.hpp"
#include "post/poller.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::PollResult;
using post::PostState;

namespace {

// A site with one feed, which may be down.
class Site final : public net::HttpClient {
  public:
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest& request) override {
        ++asked;
        if (items == nullptr) return failure(net::HttpError{net::HttpError::Code::connect, "refused"});
        net::HttpResponse answer;
        answer.effective_url = request.url;
        answer.status = unchanged ? 304 : 200;
        answer.etag = "\"v\"";
        answer.body = "<rss version=\"2.0\"><channel><title>T</title>" + *items + "</channel></rss>";
        if (cut_short) answer.body.resize(answer.body.size() - 30);
        return answer;
    }
    std::unique_ptr<std::string> items = std::make_unique<std::string>();
    bool unchanged = false;
    bool cut_short = false;
    int asked = 0;
};

std::string item(const std::string& id, const std::string& text) {
    return "<item><guid isPermaLink=\"false\">" + id + "</guid><link>https://example.org/" + id +
           "</link><title>" + text + "</title><description>Body of " + text + "</description></item>";
}
std::string item(const std::string& id) {
    return item(id, id);
}

db::Database empty_database() {
    auto database = db::Database::open(":memory:");
    post::PostStore::migrate(database);
    return database;
}

// Posts are held for 15 minutes; `old` is the back catalogue.
struct Held {
    Held() {
        newsletter.name = "notes";
        newsletter.hold = 15min;
        source.location = "https://example.org/feed";
        source.every = 10min;
        (void)poll(item("old"));
    }
    PollResult poll() { return poller.poll(newsletter, source); }
    PollResult poll(const std::string& items) {
        *site.items = items;
        return poll();
    }
    std::size_t ripe() { return store->ripe_posts("notes", clock.now() - 2min, 100).size(); }
    // The newest post.
    post::StoredPost newest() { return store->list({.newsletter = "notes", .limit = 1}).at(0); }
    std::optional<Time> next_poll() { return store->find_source("notes", source.location)->next_poll; }

    db::Database database = empty_database();
    Site site;
    test::ManualClock clock;
    test::SeededRandom random;
    post::Poller poller{database, site, clock, random};
    test::Committing<post::PostStore> store{database};
    config::Newsletter newsletter;
    config::Source source;
};

}  // namespace

TEST_CASE_METHOD(Held, "a new post is held for its time, and a poll at its end lets it go") {
    CHECK(poll(item("a") + item("old")).ready.size() == 1);
    CHECK(newest().embargo_until == clock.now() + 15min);
    CHECK(ripe() == 0);
    clock.advance(10min);
    (void)poll();
    CHECK(ripe() == 0);
    CHECK(next_poll() == clock.now() + 5min);  // sooner than `every`
    clock.advance(5min);
    (void)poll();
    CHECK(ripe() == 1);
    CHECK(newest().embargo_until == Time{});
}

TEST_CASE_METHOD(Held, "an unchanged feed lets it go as well") {
    (void)poll(item("a") + item("old"));
    clock.advance(15min);
    site.unchanged = true;
    (void)poll();
    CHECK(ripe() == 1);
}

TEST_CASE_METHOD(Held, "a post that is gone within its time is withdrawn") {
    (void)poll(item("a") + item("old"));
    clock.advance(15min);
    CHECK(poll(item("old")).withdrawn == 1);
    CHECK(newest().state == PostState::withdrawn);
    clock.advance(24h);
    CHECK(ripe() == 0);
}

TEST_CASE_METHOD(Held, "a post that is gone after its time and before its mailing is withdrawn") {
    (void)poll(item("a") + item("old"));
    clock.advance(15min);
    (void)poll();
    CHECK(ripe() == 1);
    CHECK(poll(item("old")).withdrawn == 1);
    CHECK(ripe() == 0);
}

TEST_CASE_METHOD(Held, "a post that is in a mailing stands") {
    (void)poll(item("a") + item("old"));
    clock.advance(15min);
    (void)poll();
    CHECK(store->mark_mailed(newest().id));
    CHECK(poll(item("old")).withdrawn == 0);
    CHECK(newest().state == PostState::mailed);
}

TEST_CASE_METHOD(Held, "a post that was changed within its time is sent as it then is") {
    (void)poll(item("a", "Teh news") + item("old"));
    clock.advance(15min);
    CHECK(poll(item("a", "The news") + item("old")).changed == 1);
    CHECK(ripe() == 1);
    CHECK(newest().post.title == "The news");
    CHECK(newest().post.html == "Body of The news");
    CHECK(poll(item("a", "Later news") + item("old")).changed == 1);
    CHECK(store->mark_mailed(newest().id));
    CHECK(poll(item("a", "Too late") + item("old")).changed == 0);
    CHECK(newest().post.title == "Later news");
}

TEST_CASE_METHOD(Held, "a withdrawn post that comes back is new, and held anew") {
    (void)poll(item("a", "Draft") + item("old"));
    clock.advance(5min);
    (void)poll(item("old"));
    clock.advance(1h);
    CHECK(poll(item("a", "Final") + item("old")).ready.size() == 1);
    CHECK(newest().state == PostState::ready);
    CHECK(newest().post.title == "Final");
    CHECK(newest().embargo_until == clock.now() + 15min);
    CHECK(store->list({.newsletter = "notes"}).size() == 2);
}

TEST_CASE_METHOD(Held, "what was withdrawn may come back under another id") {
    (void)poll(item("a", "News") + item("old"));
    (void)poll(item("old"));
    const std::string again =
        "<item><guid isPermaLink=\"false\">b</guid><link>https://example.org/a</link>"
        "<title>News</title><description>Body of News</description></item>";
    CHECK(poll(again + item("old")).ready.size() == 1);
}

TEST_CASE_METHOD(Held, "a post that newer ones pushed off the feed's end was not withdrawn") {
    (void)poll(item("a") + item("old"));
    CHECK(poll(item("c") + item("b")).withdrawn == 0);
    clock.advance(15min);
    (void)poll();
    CHECK(ripe() == 3);
}

TEST_CASE_METHOD(Held, "an empty feed withdraws, half a feed does not") {
    (void)poll(item("a") + item("old"));
    site.cut_short = true;
    CHECK(poll(item("old") + item("a")).withdrawn == 0);
    site.cut_short = false;
    CHECK(poll("").withdrawn == 1);
}

TEST_CASE_METHOD(Held, "a source that cannot be read delays its posts by two minutes") {
    (void)poll(item("a") + item("old"));
    clock.advance(15min);
    site.items.reset();
    CHECK_FALSE(poll().error.empty());
    CHECK(ripe() == 0);
    clock.advance(2min - 1ms);
    CHECK(ripe() == 0);
    clock.advance(1ms);
    CHECK(ripe() == 1);
}

TEST_CASE_METHOD(Held, "a reading from before the end does not end the embargo") {
    (void)poll(item("a") + item("old"));
    clock.advance(15min - 1ms);
    (void)poll();
    CHECK(newest().embargo_until == clock.now() + 1ms);
    CHECK(next_poll() == clock.now() + 1ms);
}

TEST_CASE_METHOD(Held, "a person's decision ends the hold: the post is sent as it stands") {
    (void)poll(item("a") + item("old"));
    CHECK(store->approve(newest().id));
    CHECK(ripe() == 1);
    (void)poll(item("a", "Other words") + item("old"));
    CHECK(newest().post.title == "a");
    (void)poll(item("old"));
    CHECK(newest().state == PostState::ready);
}

TEST_CASE_METHOD(Held, "a withdrawn post can be sent by a person, a skipped one stays skipped") {
    (void)poll(item("a") + item("old"));
    (void)poll(item("old"));
    CHECK(store->approve(newest().id));
    CHECK(ripe() == 1);
    (void)poll(item("b") + item("old"));
    CHECK(store->skip(newest().id));
    (void)poll(item("old"));
    CHECK(newest().state == PostState::skipped);
}

TEST_CASE_METHOD(Held, "with approve, new posts wait for a person") {
    newsletter.approve = true;
    const auto result = poll(item("a") + item("old"));
    CHECK(result.ready.empty());
    REQUIRE(result.held.size() == 1);
    CHECK(newest().reason == "waits for approval");
    clock.advance(24h);
    (void)poll();
    CHECK(ripe() == 0);
    CHECK(store->approve(newest().id));
    CHECK(ripe() == 1);
}

TEST_CASE_METHOD(
    Held, "posts are chosen by their tags, in capitals or not, and the others are recorded with the reason") {
    const auto tagged = [](const std::string& id, const std::string& tag) {
        std::string text = item(id);
        return text.insert(text.find("<description>"), "<category>" + tag + "</category>");
    };
    newsletter.hold = {};
    newsletter.only = {"walks", "maps"};
    newsletter.except = {"internal"};
    (void)poll(tagged("a", "Walks") + item("old"));
    CHECK(newest().state == PostState::ready);
    CHECK(poll(tagged("b", "cakes") + tagged("a", "Walks") + item("old")).ready.empty());
    CHECK(newest().state == PostState::recorded);
    CHECK(newest().reason == "none of its tags is among only");
    CHECK(store->approve(newest().id));
    std::string both = tagged("c", "maps");
    both.insert(both.find("<description>"), "<category>INTERNAL</category>");
    (void)poll(both + tagged("b", "cakes") + tagged("a", "Walks") + item("old"));
    CHECK(newest().reason == "its tag \"internal\" is among except");
    newsletter.only.clear();
    (void)poll(item("d") + both + item("old"));
    CHECK(newest().state == PostState::ready);
}

TEST_CASE_METHOD(Held, "what waits for approval follows its source while it is held") {
    newsletter.approve = true;
    (void)poll(item("a", "Teh news") + item("b") + item("old"));
    CHECK(poll(item("a", "The news") + item("old")).withdrawn == 1);
    const auto held = store->list({.newsletter = "notes", .state = PostState::held});
    REQUIRE(held.size() == 1);
    CHECK(held[0].post.title == "The news");
}

TEST_CASE_METHOD(Held, "without hold a post follows its source too while it waits for its mailing") {
    newsletter.hold = {};
    (void)poll(item("a") + item("old"));
    CHECK(ripe() == 1);
    (void)poll(item("a", "Other words") + item("old"));
    CHECK(newest().post.title == "Other words");
    (void)poll(item("old"));
    CHECK(newest().state == PostState::withdrawn);
}

TEST_CASE_METHOD(Held, "a file that waits and gets another name is the same post") {
    newsletter.hold = {};
    const test::TempDir folder;
    source.kind = config::SourceKind::folder;
    source.location = folder.path();
    (void)poller.poll(newsletter, source);
    folder.write("a.md", "# News\n\nText");
    CHECK(poller.poll(newsletter, source).ready.size() == 1);
    std::filesystem::rename(folder / "a.md", folder / "b.md");
    const auto result = poller.poll(newsletter, source);
    CHECK(result.withdrawn == 0);
    CHECK(result.ready.empty());
    CHECK(newest().state == PostState::ready);
    CHECK(newest().post.id == "b");
}

TEST_CASE("posts from before the embargo are ready, and stand") {
    auto database = db::Database::open(":memory:");
    db::RawSql(database).execute(
        "CREATE TABLE schema_steps (component TEXT PRIMARY KEY, steps INTEGER NOT NULL);"
        "INSERT INTO schema_steps VALUES ('post', 1);"
        "CREATE TABLE sources (id INTEGER PRIMARY KEY, newsletter TEXT NOT NULL, location TEXT NOT NULL, "
        "permanent_url TEXT NOT NULL DEFAULT '', first_polled INTEGER);"
        "INSERT INTO sources VALUES (1, 'notes', 'x', '', 5);"
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, newsletter TEXT NOT NULL, source INTEGER NOT NULL "
        "REFERENCES sources (id), external_id TEXT NOT NULL, link TEXT NOT NULL, title TEXT NOT NULL, "
        "subtitle TEXT NOT NULL, author TEXT NOT NULL, published INTEGER, image TEXT NOT NULL, html TEXT NOT "
        "NULL, tags TEXT NOT NULL, fingerprint TEXT NOT NULL, state TEXT NOT NULL, held_reason TEXT NOT NULL "
        "DEFAULT '', found_at INTEGER NOT NULL, UNIQUE (source, external_id));"
        "CREATE INDEX posts_by_state ON posts (newsletter, state);"
        "INSERT INTO posts VALUES (7, 'notes', 1, 'a', 'l', 't', 's', 'w', NULL, 'i', 'h', '[]', 'f', "
        "'ready', '', 5);");
    post::PostStore::migrate(database);
    const auto posts = post::PostStore(database).ripe_posts("notes", Time{}, 10);
    REQUIRE(posts.size() == 1);
    CHECK(posts[0].id == 7);
    CHECK(posts[0].post.html == "h");
    CHECK(posts[0].found_at == from_millis(5));
}
