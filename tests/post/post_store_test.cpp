#include "post/post_store.hpp"

#include <catch2/catch.hpp>

#include "post/post_likeness.hpp"

#include "support/committing.hpp"
#include "support/manual_clock.hpp"

using namespace paperround;
using post::PostState;
using post::PostStore;

namespace {

db::Database empty_database() {
    auto database = db::Database::open(":memory:");
    PostStore::migrate(database);
    return database;
}

struct Fixture {
    db::Database database = empty_database();
    test::Committing<PostStore> store{database};
    test::ManualClock clock;
    post::SourceState source = store->source("notes", "https://example.org/feed");

    std::int64_t record(const std::string& id, PostState state, const std::string& reason = {}) {
        feed::Post post;
        post.id = id;
        post.link = "https://example.org/" + id;
        post.title = "Title of " + id;
        post.html = "<p>" + id + "</p>";
        return store->record(source, post, state, reason, clock.now());
    }
};

}  // namespace

TEST_CASE("a stored post comes back as it went in") {
    Fixture f;
    feed::Post post{"id\"'; DROP TABLE posts",
                    "https://example.org/a",
                    "שלום",
                    "sub",
                    "Ann",
                    f.clock.now(),
                    "https://example.org/i.png",
                    "<p>x</p>",
                    {"a", "b \"c\""}};
    const auto id = f.store->record(f.source, post, PostState::held, "because", f.clock.now());
    const auto stored = f.store->find(id);
    REQUIRE(stored);
    CHECK(stored->post == post);
    CHECK(stored->newsletter == "notes");
    CHECK(stored->source == f.source.id);
    CHECK(stored->state == PostState::held);
    CHECK(stored->reason == "because");
    CHECK(stored->found_at == f.clock.now());
}

TEST_CASE("a post without a date has none after storing") {
    Fixture f;
    CHECK_FALSE(f.store->find(f.record("a", PostState::ready))->post.published.has_value());
}

TEST_CASE("one source holds an id once, two sources may hold it twice") {
    Fixture f;
    f.record("a", PostState::recorded);
    CHECK_THROWS_AS(f.record("a", PostState::ready), db::Error);
    f.source = f.store->source("notes", "https://example.org/other");
    CHECK_NOTHROW(f.record("a", PostState::ready));
}

TEST_CASE("the state of a source survives") {
    Fixture f;
    f.source.validators = {"\"e\"", "Sun, 22 Nov 2026 08:00:00 GMT"};
    f.source.permanent_url = "https://example.org/new";
    f.source.next_poll = f.clock.now();
    f.source.failures = 3;
    f.source.first_polled = f.clock.now();
    f.source.gone = true;
    f.source.last_error = "no answer";
    f.store->save(f.source);
    CHECK(f.store->find_source("notes", "https://example.org/feed") == f.source);
    CHECK(f.store->source("notes", "https://example.org/feed") == f.source);
    CHECK_FALSE(f.store->find_source("other", "https://example.org/feed").has_value());
}

TEST_CASE("ready posts come oldest first, and only of their newsletter") {
    Fixture f;
    const auto a = f.record("a", PostState::ready);
    f.record("b", PostState::held);
    const auto c = f.record("c", PostState::ready);
    f.source = f.store->source("other", "https://example.org/feed");
    f.record("d", PostState::ready);
    const auto ready = f.store->ripe_posts("notes", Time{}, 100);
    REQUIRE(ready.size() == 2);
    CHECK(ready[0].id == a);
    CHECK(ready[1].id == c);
}

TEST_CASE("a post is mailed once, inside the caller's transaction") {
    Fixture f;
    const auto id = f.record("a", PostState::ready);
    {
        db::Transaction transaction(f.database);
        CHECK(f.store->mark_mailed(id));
    }  // rolled back
    CHECK(f.store->find(id)->state == PostState::ready);
    db::Transaction transaction(f.database);
    CHECK(f.store->mark_mailed(id));
    CHECK_FALSE(f.store->mark_mailed(id));
    transaction.commit();
    CHECK(f.store->find(id)->state == PostState::mailed);
    CHECK(f.store->ripe_posts("notes", Time{}, 100).empty());
}

TEST_CASE("approving makes a held post ready and forgets the reason") {
    Fixture f;
    const auto id = f.record("a", PostState::held, "its link is known");
    CHECK(f.store->approve(id).has_value());
    CHECK(f.store->find(id)->state == PostState::ready);
    CHECK(f.store->find(id)->reason.empty());
}

TEST_CASE("a person may send from the back catalogue, or change their mind about a skipped post") {
    Fixture f;
    CHECK(f.store->approve(f.record("a", PostState::recorded)).has_value());
    CHECK(f.store->approve(f.record("b", PostState::skipped)).has_value());
}

TEST_CASE("a mailed post is neither approved nor skipped again") {
    Fixture f;
    const auto id = f.record("a", PostState::mailed);
    const auto approved = f.store->approve(id);
    REQUIRE_FALSE(approved.has_value());
    CHECK(approved.error().code == post::TransitionError::Code::wrong_state);
    CHECK(approved.error().message.find("is mailed") != std::string::npos);
    CHECK_FALSE(f.store->skip(id).has_value());
    CHECK(f.store->skip(99).error().code == post::TransitionError::Code::not_found);
}

TEST_CASE("skipped posts are not ready") {
    Fixture f;
    const auto id = f.record("a", PostState::ready);
    CHECK(f.store->skip(id).has_value());
    CHECK(f.store->ripe_posts("notes", Time{}, 100).empty());
    CHECK_FALSE(f.store->mark_mailed(id));
}

TEST_CASE("lists are newest first, by newsletter, by state, and limited") {
    Fixture f;
    const auto a = f.record("a", PostState::recorded);
    const auto b = f.record("b", PostState::held);
    const auto c = f.record("c", PostState::held);
    CHECK(f.store->list({}).size() == 3);
    CHECK(f.store->list({}).front().id == c);
    CHECK(f.store->list({"notes", PostState::held, 10}).size() == 2);
    CHECK(f.store->list({"notes", PostState::held, 1}).front().id == c);
    CHECK(f.store->list({"", PostState::recorded, 10}).front().id == a);
    CHECK(f.store->list({"other", {}, 10}).empty());
    CHECK(b < c);
}

TEST_CASE("posts are found by what they are recognised by, and only in their newsletter") {
    Fixture f;
    const auto a = f.record("a", PostState::mailed);
    const auto stored = f.store->find(a)->post;
    const auto by_link =
        f.store->with_link("notes", post::link_key("http://www.example.org/a/?utm_source=x"));
    REQUIRE(by_link.size() == 1);
    CHECK(by_link[0].id == a);
    CHECK_FALSE(by_link[0].waits);
    CHECK(f.store->with_text("notes", post::text_key(stored)).size() == 1);
    CHECK(f.store->with_title("notes", stored.title).size() == 1);
    CHECK(f.store->with_link("other", post::link_key("https://example.org/a")).empty());
    CHECK(f.store->with_link("notes", "").empty());
    CHECK(f.store->with_text("notes", "").empty());
    f.store->identify(a, "b");
    CHECK(f.store->id_of(f.source.id, "b") == a);
}

TEST_CASE("what is ready or held follows its source, until a person or a mailing takes it") {
    Fixture f;
    const auto ready = f.record("a", PostState::ready);
    const auto held = f.record("b", PostState::held);
    f.record("c", PostState::recorded);
    CHECK(f.store->following(f.source.id).size() == 2);
    CHECK(f.store->approve(held).has_value());
    CHECK(f.store->mark_mailed(ready));
    CHECK(f.store->following(f.source.id).empty());
}

TEST_CASE("a warning is said once, until it has gone") {
    Fixture f;
    const std::vector<feed::FeedIssue> warnings{{"a.md", 3, 0, "odd"}, {"b.md", 0, 0, "odd"}};
    CHECK(f.store->note_warnings(f.source.id, warnings) == warnings);
    CHECK(f.store->note_warnings(f.source.id, warnings).empty());
    CHECK(f.store->note_warnings(f.source.id, {warnings[0]}).empty());
    CHECK(f.store->note_warnings(f.source.id, warnings) == std::vector{warnings[1]});
}

TEST_CASE("what a source does not publish yet is what it said last") {
    Fixture f;
    using Why = feed::Unpublished::Why;
    f.store->note_unpublished(f.source.id,
                              {{"a", "A", Why::later, f.clock.now()}, {"b", "B", Why::draft, {}}});
    f.store->note_unpublished(f.source.id, {{"a", "A", Why::later, f.clock.now()}});
    const auto all = f.store->unpublished("notes");
    REQUIRE(all.size() == 1);
    CHECK(all[0].what.title == "A");
    CHECK(all[0].what.why == Why::later);
    CHECK(all[0].what.time == f.clock.now());
    CHECK(f.store->unpublished("other").empty());
}

TEST_CASE("state names are read as they are written") {
    for (const auto state :
         {PostState::recorded, PostState::ready, PostState::held, PostState::mailed, PostState::skipped}) {
        CHECK(post::parse_post_state(post::to_string(state)) == state);
    }
    CHECK_FALSE(post::parse_post_state("lost").has_value());
}

TEST_CASE("a fingerprint sees words, not white space, and tells title from body") {
    feed::Post a;
    a.title = "A title";
    a.html = "<p>One two</p>";
    feed::Post b = a;
    b.html = " <p>One\n   two</p> ";
    b.id = "other";
    CHECK(content_fingerprint(a) == content_fingerprint(b));
    b.html = "<p>One three</p>";
    CHECK(content_fingerprint(a) != content_fingerprint(b));
    feed::Post shifted;
    shifted.title = "A title <p>One";
    shifted.html = "two</p>";
    CHECK(content_fingerprint(a) != content_fingerprint(shifted));
}
