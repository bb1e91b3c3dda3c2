#include "pipeline/intake/hub_intake.hpp"

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "pipeline/fixture.hpp"
#include "support/committing.hpp"
#include "websub/websub_store.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

// A running service, and a subscription that its hub has verified.
struct HubFixture : test::PipelineFixture {
    HubFixture() {
        use_relay(relay.port());
        subscribe(1);
        settings.public_url_given = true;
        service = make_service();
        key.emplace(test::slurp(settings.data_dir / "secret.key"));
        service->start();
        REQUIRE(test::eventually([&] { return log().size() == 1; }));
        // Only now: the first poll has read a file that names no hub.
        auto database = open();
        db::Transaction transaction(database);
        test::Committing<websub::WebSubStore> store(database);
        store->announce("notes", location(), hub);
        store->add({.newsletter = "notes",
                    .location = location(),
                    .at = hub,
                    .public_url = settings.public_url,
                    .nonce = nonce,
                    .state = websub::SubscriptionState::active,
                    .lease_end = clock.now() + 24h,
                    .next_call = clock.now() + 20h});
        transaction.commit();
    }
    [[nodiscard]] const std::string& location() const { return settings.newsletters[0].sources[0].location; }
    [[nodiscard]] std::string id() const { return key->callback_id(nonce); }
    [[nodiscard]] bool push(const std::string& title, const std::string& secret) const {
        const std::string body = "<rss version=\"2.0\"><channel><item><guid>" + title + "</guid><title>" +
                                 title + "</title><description>x</description></item></channel></rss>";
        const std::string signature = "sha256=" + hex(hmac_sha256(secret, body));
        return service->hub_intake().receive(id(),
                                             {.body = body, .content_type = {}, .signature = signature});
    }

    test::SmtpSink relay;
    const std::string nonce = "0123456789abcdef";
    const websub::HubAnnouncement hub{"http://127.0.0.1:9/hub", "http://127.0.0.1:9/feed", true};
    std::unique_ptr<pipeline::DeliveryService> service;
    std::optional<websub::WebSubKey> key;
};

}  // namespace

// The clock stands still, so no poll is due: only the push can bring the post.
TEST_CASE_METHOD(HubFixture, "a push is mailed at once, and told") {
    CHECK(push("pushed", key->secret(nonce)));
    CHECK(events.has("pushed: 1"));
    CHECK(test::eventually([&] { return log().size() == 2; }));
}

TEST_CASE_METHOD(HubFixture, "a forged push is told, and stores nothing") {
    CHECK(push("forged", "a guess"));
    CHECK(events.has("websub passed_over: its signature is forged"));
    auto database = open();
    CHECK(post::PostStore(database).list({}).size() == 1);
}

TEST_CASE_METHOD(HubFixture, "only callbacks of one's own are known, and only what is meant is confirmed") {
    auto& intake = service->hub_intake();
    CHECK(intake.knows(id()));
    CHECK_FALSE(intake.knows("guess"));
    const std::string topic = "&hub.topic=" + percent_encode(hub.topic);
    CHECK_FALSE(intake.confirm(id(), "hub.mode=subscribe&hub.challenge=c" + topic).has_value());
    CHECK_FALSE(intake.confirm(id(), "").has_value());
    CHECK(intake.confirm(id(), "hub.mode=denied&hub.reason=closed" + topic) == "");
    CHECK(events.has("websub denied: closed"));
}
