// WebSub with the real daemon and a real hub: subscriptions, pushes, forgeries, denials, and a hub that
// hangs.
#include <csignal>

#include "integration/daemon_fixture.hpp"
#include "support/websub_hub.hpp"

using namespace paperround::test;

namespace {

// A daemon that polls the hub's feed every second until it is pushed, with one reader.
struct WebSubFixture : DaemonFixture {
    WebSubFixture() {
        configure_source();
        hub.publish({"known"});
        import_readers(1);
    }
    void configure_source(const std::string& source_extra = {}) {
        configure(
            {.relay_port = relay.port(), .backlog = 0, .feed = hub.feed_url(), .source_extra = source_extra});
    }
    [[nodiscard]] bool subscribed(std::size_t times = 1) const {
        return eventually([&] { return hub.verified("subscribe") >= times; });
    }
    [[nodiscard]] bool mailed(const std::string& title) const {
        return eventually([&] { return count_mailed(title) > 0; });
    }
    [[nodiscard]] std::size_t count_mailed(const std::string& title) const {
        const auto messages = relay.messages();
        return static_cast<std::size_t>(std::ranges::count_if(messages, [&](const std::string& message) {
            return message.find("Subject: " + title + "\n") != std::string::npos;
        }));
    }
    [[nodiscard]] static bool logged(const Process& daemon, const std::string& text) {
        return eventually([&] { return daemon.errors().find(text) != std::string::npos; });
    }

    AiosmtpdServer relay{{}};
    WebSubHub hub;
};

}  // namespace

TEST_CASE_METHOD(WebSubFixture,
                 "a feed that names a hub is subscribed to, and a push is mailed without a poll") {
    const Process daemon = start();
    REQUIRE(subscribed());
    CHECK(hub.count({"\"request\"", "\"secret_length\": 64", "\"lease\": \"864000\"", "/websub/"}) == 1);
    // The feed itself never contains the post: only the push can bring it.
    const auto began = std::chrono::steady_clock::now();
    CHECK(hub.push({"pushed"}, "sha256") == "[202]");
    REQUIRE(mailed("pushed"));
    const auto took = std::chrono::steady_clock::now() - began;
    WARN("from the push to the mail at the relay: "
         << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
    CHECK(count_mailed("known") == 0);
    const std::string checked = command({"check"}).output;
    CHECK(checked.find("are pushed to http://127.0.0.1:") != std::string::npos);
    CHECK(checked.find(hub.feed_url() + ": http://") != std::string::npos);
    CHECK(checked.find("/hub pushes until ") != std::string::npos);
    CHECK(command({"feed", hub.feed_url()}).output.find("/hub can push it.") != std::string::npos);
}

TEST_CASE_METHOD(WebSubFixture,
                 "a push that is forged, altered, unsigned or malformed is passed over and logged") {
    const Process daemon = start();
    REQUIRE(subscribed());
    CHECK(hub.push({"forged"}, "forged") == "[202]");
    CHECK(hub.push({"altered"}, "altered") == "[202]");
    CHECK(hub.push({"unsigned"}, "unsigned") == "[202]");
    CHECK(hub.push({"malformed"}, "malformed") == "[202]");
    CHECK(count_of("<4>notes: " + hub.feed_url(), daemon.errors()) == 4);
    CHECK(count_of("a push is passed over: its signature is forged", daemon.errors()) == 2);
    CHECK(count_of("a push is passed over: it has no signature", daemon.errors()) == 1);
    CHECK(count_of("a push is passed over: its signature is malformed", daemon.errors()) == 1);
    // A valid push after them is the only one that is mailed.
    CHECK(hub.push({"honest"}, "sha256") == "[202]");
    REQUIRE(mailed("honest"));
    CHECK(relay.messages().size() == 1);
}

TEST_CASE_METHOD(WebSubFixture, "each of the four signature methods is good, and no post is mailed twice") {
    const Process daemon = start();
    REQUIRE(subscribed());
    for (const std::string method : {"sha1", "sha256", "sha384", "sha512"}) {
        CHECK(hub.push({"by-" + method}, method) == "[202]");
        CHECK(hub.push({"by-" + method}, method) == "[202]");
        CHECK(mailed("by-" + method));
    }
    CHECK(relay.messages().size() == 4);
}

TEST_CASE_METHOD(WebSubFixture, "once the hub denies a subscription, its feed is polled as before") {
    const Process daemon = start();
    REQUIRE(subscribed());
    CHECK(hub.push({"one"}, "sha256") == "[202]");
    REQUIRE(mailed("one"));
    hub.publish({"two", "one", "known"});
    hub.deny("The%20publisher%20pays%20no%20more");
    CHECK(logged(daemon, "denies the subscription: The publisher pays no more; next try"));
    CHECK(mailed("two"));
    CHECK(count_mailed("one") == 1);
}

TEST_CASE_METHOD(
    WebSubFixture,
    "a subscription outlives a restart, and taken out of the configuration it is ended at the hub") {
    {
        Process daemon = start();
        REQUIRE(subscribed());
        REQUIRE(logged(daemon, "pushes until"));
        daemon.signal(SIGTERM);
        CHECK(daemon.wait() == 0);
    }
    const std::size_t looks = hub.count({"\"event\": \"feed\""});
    const Process daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    // The start's look at the feed, which lacks the post, comes before the push: it would withdraw it.
    REQUIRE(eventually([&] { return hub.count({"\"event\": \"feed\""}) > looks; }));
    CHECK(hub.push({"after-restart"}, "sha256") == "[202]");
    CHECK(mailed("after-restart"));
    CHECK(hub.verified("subscribe") == 1);

    configure_source(", websub: false");
    daemon.signal(SIGHUP);
    CHECK(eventually([&] { return hub.verified("unsubscribe") == 1; }));
    CHECK(logged(daemon, "unsubscribed"));
    hub.publish({"polled", "known"});
    CHECK(mailed("polled"));
}

TEST_CASE_METHOD(WebSubFixture, "a hub that does not answer delays neither polls nor mail nor the stop") {
    hub.set("stall");
    Process daemon = start();
    REQUIRE(eventually([&] { return hub.count({"\"request\""}) == 1; }));
    hub.publish({"polled", "known"});
    CHECK(mailed("polled"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(std::chrono::seconds(60)) == 0);
}

TEST_CASE_METHOD(WebSubFixture, "a hub that refuses is asked again later, and the feed is polled as ever") {
    hub.set("answer", "503");
    const Process daemon = start();
    CHECK(logged(daemon, "could not be asked: it answered 503: the hub is not in the mood; next try"));
    hub.publish({"polled", "known"});
    CHECK(mailed("polled"));
}

TEST_CASE_METHOD(WebSubFixture,
                 "a signed push that is no feed is passed over, and the feed is polled in its place") {
    const Process daemon = start();
    REQUIRE(subscribed());
    hub.publish({"fresh", "known"});
    CHECK(hub.push_text("<html><body>no feed</body></html>", "sha256") == "[202]");
    CHECK(logged(daemon, "a push is passed over: line 1"));
    CHECK(mailed("fresh"));
}

TEST_CASE_METHOD(WebSubFixture, "nobody is asked where websub is off, and no callback is answered") {
    configure_source(", websub: false");
    const Process daemon = start();
    REQUIRE(eventually([&] { return hub.count({"\"feed\""}) >= 3; }));
    CHECK(hub.count({"\"request\""}) == 0);
    const std::string base = "http://127.0.0.1:" + std::to_string(http_port) + "/websub/";
    const std::string query = "?hub.mode=subscribe&hub.challenge=x&hub.topic=" + hub.feed_url();
    CHECK(run({"curl", "-s", "-q", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}",
               base + "guess" + query})
              .output == "404");
}
