// A source whose feed names a hub, the hub as far as it answers requests, and both sides of the subscriber.
#pragma once

#include <deque>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "post/poller.hpp"
#include "post/websub_callbacks.hpp"
#include "post/websub_subscriber.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

namespace paperround::test {

class FeedSite final : public net::HttpClient {
  public:
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest& request) override {
        if (on_get) on_get();
        net::HttpResponse answer;
        answer.status = status;
        answer.effective_url = request.url;
        answer.etag = "\"v\"";
        answer.body = feed(items);
        if (cut_short) answer.body.resize(answer.body.size() - 20);
        if (!hub.empty()) answer.links = {"<" + hub + ">; rel=hub"};
        return answer;
    }
    static std::string feed(const std::string& items) {
        return "<rss version=\"2.0\"><channel><title>T</title>" + items + "</channel></rss>";
    }
    std::string hub = "https://hub.example.net/";
    std::string items;
    int status = 200;
    bool cut_short = false;
    std::function<void()> on_get;
};

inline std::string item(const std::string& id, const std::string& text) {
    return "<item><guid isPermaLink=\"false\">" + id + "</guid><link>https://example.org/" + id +
           "</link><title>" + text + "</title><description>Body of " + text + "</description></item>";
}
inline std::string item(const std::string& id) {
    return item(id, id);
}

// Takes requests with a status, or does something else first.
class HubServer final : public net::FormClient {
  public:
    Result<net::HttpResponse, net::HttpError> post(const net::FormRequest& request) override {
        requests.push_back(request);
        if (on_post) on_post();
        if (status == 0) return failure(net::HttpError{net::HttpError::Code::connect, "the hub is down"});
        net::HttpResponse answer;
        answer.status = status;
        answer.body = body;
        answer.retry_after = retry_after;
        return answer;
    }
    [[nodiscard]] std::string field(const std::string& name) const {
        for (const auto& [key, value] : requests.back().fields) {
            if (key == name) return value;
        }
        return {};
    }
    // The last part of the callback that the last request named.
    [[nodiscard]] std::string callback_id() const {
        const std::string callback = field("hub.callback");
        return callback.substr(callback.rfind('/') + 1);
    }
    int status = 202;
    std::string body = "words\nof the hub";
    std::optional<Duration> retry_after;
    std::function<void()> on_post;
    std::vector<net::FormRequest> requests;
};

struct WebSubFixture {
    static constexpr auto topic = "https://example.org/feed";

    WebSubFixture() {
        settings.public_url = "https://news.example.org";
        settings.public_url_given = true;
        settings.newsletters.push_back({.name = "notes", .sources = {{.location = topic}}});
        (void)poll(item("old"));
    }
    config::Newsletter& newsletter() { return settings.newsletters[0]; }
    config::Source& source() { return newsletter().sources[0]; }

    post::PollResult poll(const std::string& items) {
        site.items = items;
        return poller.poll(newsletter(), source());
    }
    // Reconciles, then asks all hubs that are due; the kinds of what was told.
    std::vector<websub::WebSubEvent::Kind> call() {
        std::vector<websub::WebSubEvent::Kind> kinds;
        for (const auto& event : subscriber.reconcile(settings)) kinds.push_back(event.kind);
        while (const auto event = subscriber.call_next()) kinds.push_back(event->kind);
        return kinds;
    }
    bool verify(websub::HubQuery::Mode mode = websub::HubQuery::Mode::subscribe,
                std::optional<Duration> lease = std::chrono::hours(240)) {
        return callbacks
            .confirm(hub.callback_id(),
                     {.mode = mode, .topic = topic, .challenge = "c", .reason = "no", .lease = lease})
            .confirmed;
    }
    void subscribe() {
        (void)call();
        (void)verify();
    }
    post::PushResult push(const std::string& items) {
        const std::string body = FeedSite::feed(items);
        const std::string signature = "sha256=" + hex(hmac_sha256(secret(), body));
        return callbacks.receive(hub.callback_id(),
                                 {.body = body, .content_type = {}, .signature = signature});
    }
    std::string secret() { return key.secret(key.nonce_of(hub.callback_id()).value()); }
    std::optional<websub::Subscription> subscription() {
        const auto all = websub->all();
        return all.empty() ? std::nullopt : std::optional(all.back());
    }
    post::SourceState state() { return posts->find_source("notes", topic).value(); }
    post::StoredPost stored(std::int64_t id) { return posts->find(id).value(); }

    static db::Database empty_database() {
        auto database = db::Database::open(":memory:");
        post::PostStore::migrate(database);
        return database;
    }
    db::Database database = empty_database();
    ManualClock clock;
    SeededRandom random;
    FeedSite site;
    HubServer hub;
    config::Settings settings;
    websub::WebSubKey key{std::string(32, 'k')};
    test::Committing<post::PostStore> posts{database};
    test::Committing<websub::WebSubStore> websub{database};
    post::Poller poller{database, site, clock, random};
    post::WebSubSubscriber subscriber{database, hub, key, clock, random};
    post::WebSubCallbacks callbacks{database, settings, key, clock, random};
};

}  // namespace paperround::test
