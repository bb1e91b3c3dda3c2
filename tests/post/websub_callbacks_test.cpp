#include "post/websub_callbacks.hpp"

#include <catch2/catch.hpp>

#include "db/raw_sql.hpp"
#include "websub_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::PostState;
using post::PushResult;
using Kind = PushResult::Kind;
using Mode = websub::HubQuery::Mode;
using State = websub::SubscriptionState;
using test::item;
using test::WebSubFixture;

TEST_CASE("a verification of what was asked is confirmed, and the lease that the hub names counts") {
    WebSubFixture f;
    (void)f.call();
    CHECK(f.verify(Mode::subscribe, 5h));
    CHECK(f.subscription()->state == State::active);
    CHECK(f.subscription()->lease_end == f.clock.now() + 5h);
}

TEST_CASE("a hub that did not get the answer may verify again") {
    WebSubFixture f;
    f.subscribe();
    CHECK(f.verify());
}

TEST_CASE("a lease without length is a day, one without end thirty days, one of seconds ten minutes") {
    WebSubFixture f;
    (void)f.call();
    CHECK(f.verify(Mode::subscribe, std::nullopt));
    CHECK(f.subscription()->lease_end == f.clock.now() + 24h);
    CHECK(f.verify(Mode::subscribe, 24h * 5000));
    CHECK(f.subscription()->lease_end == f.clock.now() + 720h);
    CHECK(f.verify(Mode::subscribe, 1s));
    CHECK(f.subscription()->lease_end == f.clock.now() + 10min);
}

TEST_CASE("what was not asked for is not confirmed") {
    WebSubFixture f;
    const auto confirm = [&](const std::string& id, Mode mode, const std::string& topic) {
        return f.callbacks.confirm(id, {.mode = mode, .topic = topic, .challenge = "c"}).confirmed;
    };
    (void)f.call();
    const std::string id = f.hub.callback_id();
    CHECK_FALSE(confirm(id, Mode::subscribe, "https://example.org/other"));
    CHECK_FALSE(confirm(id, Mode::unsubscribe, WebSubFixture::topic));
    CHECK_FALSE(confirm("guess", Mode::subscribe, WebSubFixture::topic));
    CHECK_FALSE(confirm(f.key.callback_id("0123456789abcdef"), Mode::subscribe, WebSubFixture::topic));
    CHECK_FALSE(confirm("guess", Mode::denied, WebSubFixture::topic));
    CHECK(f.subscription()->state == State::subscribing);
    f.clock.advance(1h);
    CHECK_FALSE(confirm(id, Mode::subscribe, WebSubFixture::topic));
}

TEST_CASE("nobody but we ends a subscription, and one that we end is not renewed by its hub") {
    WebSubFixture f;
    f.subscribe();
    CHECK_FALSE(f.verify(Mode::unsubscribe));
    f.source().websub = false;
    (void)f.call();
    CHECK_FALSE(f.verify(Mode::subscribe));
    CHECK(f.verify(Mode::unsubscribe));
}

TEST_CASE(
    "a denial is kept with its reason, the feed is polled at once, and the hub asked again after a day") {
    WebSubFixture f;
    f.subscribe();
    CHECK(f.verify(Mode::denied));
    CHECK(f.subscription()->state == State::denied);
    CHECK(f.subscription()->last_error == "no");
    CHECK_FALSE(f.state().next_poll.has_value());
    f.clock.advance(23h);
    CHECK(f.call().empty());
    f.clock.advance(2h);
    CHECK(f.call().size() == 1);
    CHECK(f.verify());
}

TEST_CASE("a signed push is stored like a poll's find, and leaves the source's validators alone") {
    WebSubFixture f;
    f.subscribe();
    const auto before = f.state();
    const auto result = f.push(item("new"));
    CHECK(result.kind == Kind::taken);
    REQUIRE(result.intake.ready.size() == 1);
    CHECK(f.stored(result.intake.ready[0]).post.id == "new");
    CHECK(f.state() == before);
    CHECK(f.push(item("new") + item("old")).intake.ready.empty());
    CHECK(f.poll(item("new") + item("old")).ready.empty());
}

TEST_CASE(
    "a push that is forged, altered or unsigned is passed over, with the reason, and nothing is stored") {
    WebSubFixture f;
    f.subscribe();
    const std::string body = test::FeedSite::feed(item("evil"));
    const std::string good = "sha256=" + hex(hmac_sha256(f.secret(), body));
    const auto send = [&](const std::string& octets, const std::string& signature) {
        return f.callbacks.receive(f.hub.callback_id(),
                                   {.body = octets, .content_type = {}, .signature = signature});
    };
    for (const auto& result :
         {send(body, "sha256=" + hex(hmac_sha256("guess", body))), send(body + " ", good), send(body, ""),
          send(body, "sha256=zz"), send(body, "md5=00")}) {
        CHECK(result.kind == Kind::passed_over);
        REQUIRE(result.event.has_value());
        CHECK(result.event->kind == websub::WebSubEvent::Kind::passed_over);
        CHECK_FALSE(result.event->detail.empty());
    }
    CHECK(f.posts->list({}).size() == 1);
    CHECK(send(body, good).kind == Kind::taken);
}

TEST_CASE("a pushed entry that is only a headline makes the feed be read, and the mail is made of that") {
    WebSubFixture f;
    f.subscribe();
    const std::string headline =
        "<item><guid "
        "isPermaLink=\"false\">film</guid><link>https://example.org/film</link><title>film</title></item>";
    f.site.items = item("film") + item("old");
    REQUIRE(f.poller.due_sources(f.settings, f.clock.now()).empty());
    const auto result = f.push(headline);
    CHECK(result.kind == Kind::passed_over);
    CHECK(result.event->detail == "it has no content; the feed is read for it");
    CHECK(f.posts->list({}).size() == 1);
    CHECK(f.poller.due_sources(f.settings, f.clock.now()).size() == 1);
    const auto polled = f.poller.poll(f.newsletter(), f.source());
    REQUIRE(polled.ready.size() == 1);
    CHECK(f.stored(polled.ready[0]).post.html == "Body of film");
    // Of what is known nothing is to be fetched.
    CHECK(f.push(headline).kind == Kind::taken);
    CHECK(f.poller.due_sources(f.settings, f.clock.now()).empty());
}

TEST_CASE("a pushed entry that has the beginning alone makes the feed be read, too") {
    for (const std::string description :
         {"film", "&lt;p&gt;&amp;nbsp;&lt;/p&gt;", "How we mended the crane\u2026", "How we [...]"}) {
        INFO(description);
        WebSubFixture f;
        f.subscribe();
        const auto pushed = [&](const std::string& text) {
            return "<item><guid isPermaLink=\"false\">film</guid><title>film</title><description>" + text +
                   "</description></item>";
        };
        CHECK(f.push(pushed(description)).kind == Kind::passed_over);
        CHECK(f.push(pushed("How we mended the crane.")).kind == Kind::taken);
    }
}

TEST_CASE("the rules for many posts, approval and known links hold for pushes") {
    WebSubFixture f;
    f.subscribe();
    std::string six;
    for (const char c : std::string("abcdef")) six += item(std::string(1, c));
    CHECK(f.push(six).intake.held.size() == 6);
    CHECK(f.push(item("a2", "a") + item("b")).intake.held.size() == 1);
    f.newsletter().approve = true;
    CHECK(f.push(item("g")).intake.held.size() == 1);
}

TEST_CASE("posts that a hub pushes one by one are held once they are more than a poll would have let pass") {
    WebSubFixture f;
    f.source().max_new_posts = 2;
    f.source().every = 10min;
    f.subscribe();
    CHECK(f.push(item("one")).intake.ready.size() == 1);
    CHECK(f.push(item("two")).intake.ready.size() == 1);
    CHECK(f.push(item("three")).intake.held.size() == 1);
    f.clock.advance(11min);
    CHECK(f.push(item("four")).intake.ready.size() == 1);
}

TEST_CASE("a pushed post that may still be withdrawn is looked for in the whole feed, changed or not") {
    WebSubFixture f;
    f.newsletter().hold = 15min;
    f.subscribe();
    REQUIRE_FALSE(f.state().validators.etag.empty());
    const auto pushed = f.push(item("regretted")).intake.ready.at(0);
    CHECK(f.state().validators.etag.empty());
    f.clock.advance(16min);
    CHECK(f.poll(item("old")).withdrawn == 1);
    CHECK(f.stored(pushed).state == PostState::withdrawn);
}

TEST_CASE("a push that ends early is taken as far as it goes, and its source polled at once") {
    WebSubFixture f;
    f.subscribe();
    const std::string whole = test::FeedSite::feed(item("one") + item("two"));
    const std::string body = whole.substr(0, whole.size() - 40);
    const auto result = f.callbacks.receive(
        f.hub.callback_id(),
        {.body = body, .content_type = {}, .signature = "sha256=" + hex(hmac_sha256(f.secret(), body))});
    CHECK(result.kind == Kind::taken);
    CHECK_FALSE(result.intake.ready.empty());
    CHECK_FALSE(f.state().next_poll.has_value());
}

TEST_CASE("a poll that a hub asks for while another one reads is not lost") {
    WebSubFixture f;
    f.subscribe();
    f.site.on_get = [&] { CHECK(f.verify(Mode::denied)); };
    (void)f.poll(item("old"));
    CHECK_FALSE(f.state().next_poll.has_value());
}

TEST_CASE("a source in trouble keeps its back-off, whatever hubs say") {
    WebSubFixture f;
    f.subscribe();
    f.site.status = 500;
    (void)f.poll("");
    CHECK(f.verify(Mode::denied));
    CHECK(f.state().next_poll.has_value());
}

TEST_CASE("a denial that repeats what the hub was told gets none of it into the database") {
    WebSubFixture f;
    (void)f.call();
    const auto said = f.callbacks.confirm(
        f.hub.callback_id(),
        {.mode = Mode::denied,
         .topic = WebSubFixture::topic,
         .reason = "cannot reach /websub/" + f.hub.callback_id() + " with " + f.secret()});
    CHECK(said.confirmed);
    CHECK(f.subscription()->last_error == "cannot reach /websub/(callback) with (secret)");
}

TEST_CASE("what a push lacks is not withdrawn, what it changes is changed") {
    WebSubFixture f;
    f.newsletter().hold = 15min;
    f.subscribe();
    (void)f.push(item("old"));
    (void)f.poll(item("old"));  // the next one is an hour off
    const auto first = f.push(item("one")).intake.ready.at(0);
    CHECK(f.state().next_poll == f.clock.now() + 15min);
    CHECK(f.push(item("two")).intake.withdrawn == 0);
    CHECK(f.stored(first).state == PostState::ready);
    CHECK(f.push(item("one", "one, corrected")).intake.changed == 1);
    CHECK(f.stored(first).post.title == "one, corrected");
    // Only a whole reading ends or withdraws it.
    f.clock.advance(16min);
    (void)f.push(item("three"));
    CHECK(f.stored(first).embargo_until > Time{});
    CHECK(f.poll(item("three") + item("two") + item("old")).withdrawn == 1);
    CHECK(f.stored(first).state == PostState::withdrawn);
}

TEST_CASE(
    "a post that is pushed while its source is being read is not withdrawn for that reading's lack of it") {
    WebSubFixture f;
    f.newsletter().hold = 15min;
    f.subscribe();
    std::int64_t pushed = 0;
    f.site.on_get = [&] {
        f.clock.advance(1s);
        pushed = f.push(item("just-now")).intake.ready.at(0);
    };
    CHECK(f.poll(item("old")).withdrawn == 0);
    CHECK(f.stored(pushed).state == PostState::ready);
}

TEST_CASE("a signed push that is no feed is passed over, and its source polled at once") {
    WebSubFixture f;
    f.subscribe();
    const std::string body = "<html>no feed</html>";
    const auto result = f.callbacks.receive(f.hub.callback_id(),
                                            {.body = body,
                                             .content_type = "text/html",
                                             .signature = "sha1=" + hex(hmac(Hash::sha1, f.secret(), body))});
    CHECK(result.kind == Kind::passed_over);
    CHECK_FALSE(f.state().next_poll.has_value());
}

TEST_CASE("a push to a subscription that is over, or never was, is told so") {
    WebSubFixture f;
    f.subscribe();
    const auto send = [&](const std::string& id) { return f.callbacks.receive(id, {}).kind; };
    CHECK(send(f.key.callback_id("0123456789abcdef")) == Kind::gone);
    CHECK(send("guess") == Kind::gone);
    f.source().websub = false;
    (void)f.call();
    CHECK(f.push(item("late")).kind == Kind::gone);
    CHECK(f.posts->list({}).size() == 1);
}

TEST_CASE("a push with a database that takes no writes is an error, so that the hub sends it again") {
    WebSubFixture f;
    f.subscribe();
    db::RawSql(f.database).execute("PRAGMA query_only = ON");
    CHECK_THROWS_AS(f.push(item("new")), db::Error);
    db::RawSql(f.database).execute("PRAGMA query_only = OFF");
    CHECK(f.push(item("new")).intake.ready.size() == 1);
}
