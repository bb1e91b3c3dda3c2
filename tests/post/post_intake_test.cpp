#include "post/post_intake.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "support/committing.hpp"
#include "support/manual_clock.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::IntakeResult;
using post::PostState;

namespace {

struct Fixture {
    db::Database database = [] {
        auto made = db::Database::open(":memory:");
        post::PostStore::migrate(made);
        return made;
    }();
    test::ManualClock clock;
    test::Committing<post::PostStore> store{database};
    post::PostIntake intake{*store, post::PictureStore(database), clock};
    config::Newsletter newsletter{.name = "notes", .sources = {}};
    config::Source source{.location = "https://example.org/feed"};
    post::SourceState state = store->source("notes", source.location);

    static feed::Post article(const std::string& id) {
        feed::Post post;
        post.id = id;
        post.link = "https://example.org/" + id;
        post.title = "About " + id;
        post.html = "<p>All that there is to say about " + id + ".</p>";
        return post;
    }
    IntakeResult take(const std::vector<feed::Post>& posts, bool whole = true, bool complete = true) {
        clock.advance(1s);
        feed::FeedResult feed;
        feed.posts = posts;
        feed.complete = complete;
        IntakeResult result;
        db::Transaction transaction(database);
        intake.take(newsletter, source, state, feed,
                    {.whole_at = whole ? std::optional(clock.now()) : std::nullopt}, result);
        store->save(state);
        transaction.commit();
        return result;
    }
    IntakeResult take_ids(const std::vector<std::string>& ids, bool whole = true, bool complete = true) {
        std::vector<feed::Post> posts;
        for (const std::string& id : ids) posts.push_back(article(id));
        return take(posts, whole, complete);
    }
};

}  // namespace

TEST_CASE("the first whole look records what is there and mails nothing") {
    Fixture f;
    const auto first = f.take_ids({"b", "a"});
    CHECK(first.first);
    CHECK(first.recorded == 2);
    CHECK(first.ready.empty());
    CHECK(f.state.first_polled.has_value());
}

TEST_CASE("what comes later is ready, oldest first, and what is known is not news") {
    Fixture f;
    (void)f.take_ids({"a"});
    const auto later = f.take_ids({"c", "b", "a"});
    CHECK_FALSE(later.first);
    REQUIRE(later.ready.size() == 2);
    CHECK(f.store->find(later.ready[0])->post.id == "b");
    CHECK(f.store->find(later.ready[1])->post.id == "c");
    CHECK(f.take_ids({"c", "b", "a"}).ready.empty());
}

TEST_CASE("of a newsletter that wants to approve posts all news is held, with a reason") {
    Fixture f;
    f.newsletter.approve = true;
    (void)f.take_ids({"a"});
    const auto later = f.take_ids({"b", "a"});
    CHECK(later.ready.empty());
    REQUIRE(later.held.size() == 1);
    CHECK(f.store->find(later.held[0])->state == PostState::held);
    CHECK_FALSE(f.store->find(later.held[0])->reason.empty());
}

TEST_CASE("more than max_new_posts at once are held, all of them") {
    Fixture f;
    f.source.max_new_posts = 2;
    (void)f.take_ids({"a"});
    const auto flood = f.take_ids({"d", "c", "b", "a"});
    CHECK(flood.ready.empty());
    CHECK(flood.held.size() == 3);
}

TEST_CASE("a known post under another address is that post") {
    Fixture f;
    (void)f.take_ids({"a"});
    feed::Post moved = Fixture::article("a");
    moved.id = "https://www.example.net/a";
    moved.link = "https://www.example.org/a?utm_source=feed";
    const auto again = f.take({moved});
    CHECK(again.ready.empty());
    CHECK(again.held.empty());
}

TEST_CASE("a post that waits is changed where its source changes it, and withdrawn where it is gone") {
    Fixture f;
    f.newsletter.hold = 15min;
    (void)f.take_ids({"a"});
    const auto waiting = f.take_ids({"b", "a"}).ready.at(0);
    feed::Post corrected = Fixture::article("b");
    corrected.title = "About b, corrected";
    CHECK(f.take({corrected, Fixture::article("a")}).changed == 1);
    CHECK(f.store->find(waiting)->post.title == "About b, corrected");
    CHECK(f.take_ids({"a"}).withdrawn == 1);
    CHECK(f.store->find(waiting)->state == PostState::withdrawn);
}

TEST_CASE("nothing is withdrawn for what half a feed or a push lacks") {
    Fixture f;
    f.newsletter.hold = 15min;
    (void)f.take_ids({"a"});
    const auto waiting = f.take_ids({"b", "a"}).ready.at(0);
    CHECK(f.take_ids({"a"}, true, false).withdrawn == 0);
    CHECK(f.take_ids({"a"}, false).withdrawn == 0);
    CHECK(f.store->find(waiting)->state == PostState::ready);
}

TEST_CASE("the next poll comes no later than the end of the first embargo") {
    Fixture f;
    f.newsletter.hold = 15min;
    (void)f.take_ids({"a"});
    (void)f.take_ids({"b", "a"});
    f.state.next_poll = f.clock.now() + 24h;
    test::committed(f.database, [&] { f.intake.mind_embargoes(f.state); });
    CHECK(f.state.next_poll == f.clock.now() + 15min);
}
