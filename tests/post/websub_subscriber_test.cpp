#include "post/websub_subscriber.hpp"

#include <catch2/catch.hpp>

#include "db/raw_sql.hpp"
#include "websub_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using Kind = websub::WebSubEvent::Kind;
using Kinds = std::vector<Kind>;
using Mode = websub::HubQuery::Mode;
using State = websub::SubscriptionState;
using test::WebSubFixture;

TEST_CASE("a feed that names a hub is subscribed to, with a callback, a secret and a lease of ten days") {
    WebSubFixture f;
    CHECK(f.call() == Kinds{Kind::asked});
    REQUIRE(f.hub.requests.size() == 1);
    CHECK(f.hub.requests[0].url == "https://hub.example.net/");
    CHECK(f.hub.field("hub.mode") == "subscribe");
    CHECK(f.hub.field("hub.topic") == WebSubFixture::topic);
    CHECK(f.hub.field("hub.callback").starts_with("https://news.example.org/websub/"));
    CHECK(f.hub.field("hub.secret") == f.secret());
    CHECK(f.hub.field("hub.lease_seconds") == "864000");
    CHECK(f.subscription()->state == State::subscribing);
    CHECK(f.call().empty());
}

TEST_CASE("the secret stands nowhere in the database, nor does the callback") {
    WebSubFixture f;
    f.subscribe();
    auto rows = db::RawSql(f.database).prepare("SELECT * FROM websub_subscriptions");
    REQUIRE(rows.step());
    for (int column = 0; column < 14; ++column) {
        CHECK(rows.text(column).find(f.secret()) == std::string::npos);
        CHECK(rows.text(column).find(f.hub.callback_id()) == std::string::npos);
    }
}

TEST_CASE(
    "a hub that a public feed names is asked on the public internet only, that of a local feed anywhere") {
    WebSubFixture f;
    (void)f.call();
    CHECK(f.hub.requests[0].reach == net::Reach::public_only);
    f.websub->announce("notes", WebSubFixture::topic, {"http://127.0.0.1/hub", WebSubFixture::topic, true});
    (void)f.call();
    CHECK(f.hub.requests.back().url == "http://127.0.0.1/hub");
    CHECK(f.hub.requests.back().reach == net::Reach::anywhere);
}

TEST_CASE("a hub that repeats the request in its error gets no secret into the database or the log") {
    WebSubFixture f;
    f.hub.status = 400;
    f.hub.on_post = [&] { f.hub.body = "bad request: hub.secret=" + f.secret() + "&hub.mode=subscribe"; };
    (void)f.call();
    CHECK(f.subscription()->last_error ==
          "it answered 400: bad request: hub.secret=(secret)&hub.mode=subscribe");
}

TEST_CASE("nobody is asked without a hub, with websub off, or without a public_url of one's own") {
    WebSubFixture f;
    SECTION("no hub") {
        f.site.hub.clear();
        (void)f.poll(test::item("old"));
    }
    SECTION("websub: false") {
        f.source().websub = false;
    }
    SECTION("no public_url") {
        f.settings.public_url_given = false;
    }
    SECTION("a loopback public_url, which a public hub cannot reach") {
        f.settings.public_url = "http://127.0.0.1:8025";
    }
    CHECK(f.call().empty());
    CHECK(f.hub.requests.empty());
}

TEST_CASE("a hub that cannot be asked, or refuses, is asked again after a minute, doubled each time") {
    WebSubFixture f;
    f.hub.status = 0;
    CHECK(f.call() == Kinds{Kind::call_failed});
    CHECK(f.subscription()->last_error == "the hub is down");
    f.hub.status = 500;
    for (const Duration wait : std::initializer_list<Duration>{1min, 2min, 4min, 8min}) {
        f.clock.advance(wait * 8 / 10);
        CHECK(f.call().empty());
        f.clock.advance(wait * 4 / 10);
        CHECK(f.call() == Kinds{Kind::call_failed});
    }
    CHECK(f.subscription()->failures == 5);
    CHECK(f.subscription()->last_error == "it answered 500: words of the hub");
    CHECK(f.state().failures == 0);
}

TEST_CASE("a hub that asks for patience has it, up to a day") {
    WebSubFixture f;
    f.hub.status = 503;
    f.hub.retry_after = 3h;
    (void)f.call();
    f.clock.advance(2h);
    CHECK(f.call().empty());
    f.clock.advance(2h);
    CHECK(f.call() == Kinds{Kind::call_failed});
}

TEST_CASE("a verification that never comes counts as a failure, and the hub is asked again") {
    WebSubFixture f;
    (void)f.call();
    f.clock.advance(5min);
    CHECK(f.call().empty());
    f.clock.advance(6min);
    CHECK(f.call() == Kinds{Kind::asked});
    CHECK(f.subscription()->failures == 2);
    CHECK(f.subscription()->last_error == "it did not verify in time");
}

TEST_CASE("a hub may verify before it answers, even if it then fails") {
    WebSubFixture f;
    f.hub.on_post = [&] { CHECK(f.verify()); };
    f.hub.status = 500;
    CHECK(f.call().empty());
    CHECK(f.subscription()->state == State::active);
    CHECK(f.subscription()->failures == 0);
}

TEST_CASE("a lease is renewed before it ends, under the same callback") {
    WebSubFixture f;
    f.subscribe();
    const std::string callback = f.hub.field("hub.callback");
    f.clock.advance(170h);
    CHECK(f.call().empty());
    f.clock.advance(40h);
    CHECK(f.call() == Kinds{Kind::asked});
    CHECK(f.hub.field("hub.callback") == callback);
    CHECK(f.verify());
    CHECK(f.subscription()->lease_end == f.clock.now() + 240h);
}

TEST_CASE("a renewal that fails leaves the subscription active until its lease ends, then it lapses") {
    WebSubFixture f;
    f.subscribe();
    f.hub.status = 500;
    f.clock.advance(210h);
    CHECK(f.call() == Kinds{Kind::call_failed});
    CHECK(f.subscription()->pushes(f.clock.now()));
    f.clock.advance(31h);
    const auto told = f.call();
    REQUIRE_FALSE(told.empty());
    CHECK(told[0] == Kind::lapsed);
    CHECK(f.subscription()->state == State::subscribing);
    CHECK_FALSE(f.state().next_poll.has_value());
}

TEST_CASE("a hub slows the polls only once it has pushed, and until a poll finds what it had not") {
    WebSubFixture f;
    const auto wait = [&] { return *f.state().next_poll - f.clock.now(); };
    f.subscribe();
    (void)f.poll(test::item("old"));
    CHECK(wait() <= 11min);
    (void)f.push(test::item("pushed"));
    (void)f.poll(test::item("pushed") + test::item("old"));
    CHECK(wait() >= 54min);
    (void)f.poll(test::item("untold") + test::item("pushed") + test::item("old"));
    CHECK(wait() <= 11min);
}

TEST_CASE("what was pushed while nobody listened is looked for at the next start") {
    WebSubFixture f;
    f.subscribe();
    f.subscriber.catch_up();
    CHECK_FALSE(f.state().next_poll.has_value());
}

TEST_CASE("a feed that names itself anew at each reading is not read in a circle") {
    WebSubFixture f;
    f.subscribe();
    f.websub->announce("notes", WebSubFixture::topic,
                       {"https://hub.example.net/", "https://example.org/feed?now=1", false});
    (void)f.call();
    CHECK(f.websub->all().size() == 2);
    CHECK(f.state().next_poll.has_value());
}

TEST_CASE("a hub whose answer came too late may verify all the same, one that refused may not") {
    WebSubFixture f;
    f.hub.status = GENERATE(0, 504, 400);  // 0: it could not be reached
    (void)f.call();
    CHECK(f.verify() == (f.hub.status == 504));
}

TEST_CASE("a pushed feed is polled once an hour, and as often as before when the lease is over") {
    WebSubFixture f;
    const auto wait = [&] { return *f.state().next_poll - f.clock.now(); };
    CHECK(wait() <= 11min);
    f.subscribe();
    (void)f.push(test::item("old"));
    (void)f.poll(test::item("old"));
    CHECK(wait() >= 54min);
    CHECK(wait() <= 66min);
    f.clock.advance(240h - 20min);
    (void)f.poll(test::item("old"));
    CHECK(wait() <= 22min);
    f.clock.advance(20min);
    (void)f.poll(test::item("old"));
    CHECK(wait() <= 11min);
}

TEST_CASE("a feed that names another hub, or none, has its subscription ended there") {
    WebSubFixture f;
    f.subscribe();
    const std::string callback = f.hub.callback_id();
    f.site.hub.clear();
    (void)f.poll(test::item("old"));
    CHECK(f.call() == Kinds{Kind::asked});
    CHECK(f.hub.field("hub.mode") == "unsubscribe");
    CHECK(f.hub.field("hub.secret").empty());
    CHECK(f.hub.callback_id() == callback);
    CHECK(f.verify(Mode::unsubscribe));
    CHECK(f.websub->all().empty());
}

TEST_CASE("an unchanged feed says nothing about its hub") {
    WebSubFixture f;
    f.subscribe();
    f.site.status = 304;
    f.site.hub.clear();
    (void)f.poll("");
    CHECK(f.call().empty());
    CHECK(f.subscription()->state == State::active);
}

TEST_CASE("half a feed says nothing about its hub") {
    WebSubFixture f;
    f.subscribe();
    f.site.hub.clear();
    f.site.cut_short = true;
    (void)f.poll(test::item("old"));
    CHECK(f.call().empty());
}

TEST_CASE("whatever takes a source out of WebSub ends its subscription, under the callback that it had") {
    WebSubFixture f;
    f.subscribe();
    SECTION("websub: false") {
        f.source().websub = false;
    }
    SECTION("the source is gone from the configuration") {
        f.newsletter().sources.clear();
    }
    SECTION("so is its newsletter") {
        f.settings.newsletters.clear();
    }
    SECTION("public_url is taken away") {
        f.settings.public_url_given = false;
        f.settings.public_url = "http://127.0.0.1:8025";
    }
    SECTION("the feed is gone") {
        f.site.status = 410;
        (void)f.poll("");
    }
    CHECK(f.call() == Kinds{Kind::asked});
    CHECK(f.hub.field("hub.mode") == "unsubscribe");
    CHECK(f.hub.field("hub.callback").starts_with("https://news.example.org/websub/"));
    CHECK(f.verify(Mode::unsubscribe));
    CHECK(f.websub->all().empty());
}

TEST_CASE("what the hub never heard of is forgotten without asking it") {
    WebSubFixture f;
    f.hub.status = 0;
    (void)f.call();
    f.source().websub = false;
    CHECK(f.call().empty());
    CHECK(f.hub.requests.size() == 1);
    CHECK(f.websub->all().empty());
}

TEST_CASE("another public_url makes another subscription, and ends the one under the old address") {
    WebSubFixture f;
    f.subscribe();
    f.settings.public_url = "https://post.example.org";
    CHECK(f.call() == Kinds{Kind::asked, Kind::asked});
    CHECK(f.websub->all().size() == 2);
    CHECK(f.websub->all()[0].state == State::unsubscribing);
    CHECK(f.websub->all()[1].public_url == "https://post.example.org");
}

TEST_CASE("a farewell that the hub refuses is done, one that it cannot take is given up after five") {
    WebSubFixture f;
    f.subscribe();
    f.source().websub = false;
    SECTION("refused") {
        f.hub.status = 404;
        CHECK(f.call() == Kinds{Kind::unsubscribed});
    }
    SECTION("never taken") {
        f.hub.status = 500;
        Kinds all;
        for (int i = 0; i < 10; ++i) {
            for (const Kind kind : f.call()) all.push_back(kind);
            f.clock.advance(24h);
        }
        CHECK(all == Kinds{Kind::call_failed, Kind::call_failed, Kind::call_failed, Kind::call_failed,
                           Kind::call_failed, Kind::given_up});
    }
    CHECK(f.websub->all().empty());
}

TEST_CASE("two newsletters with one feed have subscriptions and secrets of their own") {
    WebSubFixture f;
    f.settings.newsletters.push_back(f.newsletter());
    f.settings.newsletters[1].name = "other";
    (void)f.poller.poll(f.settings.newsletters[1], f.settings.newsletters[1].sources[0]);
    (void)f.call();
    REQUIRE(f.hub.requests.size() == 2);
    CHECK(f.hub.requests[0].fields[2] != f.hub.requests[1].fields[2]);
    CHECK(f.hub.requests[0].fields[4] != f.hub.requests[1].fields[4]);
}
