// Looking up recipient domains, with a name server that the test plays, and an injected clock.
#include "pipeline/plan/provider_lookup.hpp"

#include <map>

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/committing.hpp"
#include "support/name_server.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using net::MxAnswer;
using pipeline::ProviderLookup;
using Kind = net::MxAnswer::Kind;

namespace {

struct FakeResolver final : net::MxResolver {
    void look_up(std::span<const std::string> domains, const Answered& answered,
                 const std::stop_token&) override {
        for (const std::string& domain : domains) {
            asked.push_back(domain);
            const auto found = answers.find(domain);
            const MxAnswer silent{.kind = Kind::silent, .host = {}, .ttl = {}};
            if (answered(domain, found == answers.end() ? silent : found->second)) return;
        }
    }
    void knows(const std::string& domain, const std::string& mx, std::chrono::seconds ttl = 24h) {
        answers[domain] = {Kind::found, mx, ttl};
    }
    std::map<std::string, MxAnswer> answers;
    std::vector<std::string> asked;
};

struct LookupFixture : test::PipelineFixture {
    LookupFixture() { start(); }
    void start() {
        providers = std::make_shared<queue::Providers>();
        lookup.reset();
        lookup.emplace(open(), providers, resolver, clock, events);
    }
    bool want(const std::vector<std::string>& domains) {
        std::vector<queue::Addressee> addressees;
        for (const std::string& domain : domains) addressees.push_back({1, "reader@" + domain});
        return lookup->want(addressees);
    }
    // Runs a round and returns the number of questions.
    std::size_t round() {
        resolver.asked.clear();
        lookup->look_up_wanted({});
        return resolver.asked.size();
    }

    FakeResolver resolver;
    std::shared_ptr<queue::Providers> providers;
    std::optional<ProviderLookup> lookup;
    std::vector<bool> told_of;  // whether looking_up() at the end of each round
};

std::vector<std::string> numbered(int count, const std::string& suffix) {
    std::vector<std::string> domains;
    for (int i = 0; i < count; ++i) domains.push_back("d" + std::to_string(i) + suffix);
    return domains;
}

}  // namespace

TEST_CASE_METHOD(LookupFixture,
                 "a domain that is wanted is asked for once and belongs to its MX's provider") {
    resolver.knows("example.org", "aspmx.l.google.com");
    CHECK(want({"example.org", "example.org"}));
    CHECK(want({"example.org"}));
    CHECK(lookup->looking_up());
    CHECK(round() == 1);
    CHECK_FALSE(lookup->looking_up());
    CHECK(providers->provider_of("example.org") == "google");
    CHECK_FALSE(want({"example.org"}));
    CHECK(round() == 0);
}

TEST_CASE_METHOD(LookupFixture, "large mailbox domains are not asked for") {
    CHECK_FALSE(want({"gmail.com", "yahoo.fr"}));
    CHECK(round() == 0);
}

TEST_CASE_METHOD(LookupFixture, "an answer counts as long as it says, within an hour and a week") {
    const auto [ttl, length] = GENERATE(std::pair<std::chrono::seconds, Duration>{1s, 1h},
                                        std::pair<std::chrono::seconds, Duration>{2h, 2h},
                                        std::pair<std::chrono::seconds, Duration>{24h * 365, 7 * 24h});
    resolver.knows("example.org", "mx.hoster.example", ttl);
    want({"example.org"});
    round();
    clock.advance(length - 1ms);
    want({"example.org"});
    CHECK(round() == 0);
    clock.advance(1ms);
    CHECK_FALSE(want({"example.org"}));  // the old answer is used, nobody waits
    CHECK(round() == 1);
}

TEST_CASE_METHOD(LookupFixture,
                 "answers are kept over a restart, and asked for again when their time is over") {
    resolver.knows("example.org", "mx.hoster.example");
    resolver.answers["none.example"] = {Kind::none, {}, {}};
    want({"example.org", "none.example"});
    CHECK(round() == 2);
    start();
    CHECK(providers->provider_of("example.org") == "hoster.example");
    CHECK_FALSE(want({"example.org", "none.example"}));
    CHECK(round() == 0);
    clock.advance(15min);
    want({"example.org", "none.example"});
    CHECK(round() == 1);  // the answer "none" expires soon
    clock.advance(24h);
    start();
    CHECK(providers->provider_of("example.org") == "hoster.example");
    want({"example.org", "none.example"});
    CHECK(round() == 2);
}

TEST_CASE_METHOD(LookupFixture, "a domain that moves is with its new provider once its time is over") {
    resolver.knows("example.org", "mx.hoster.example", 1h);
    want({"example.org"});
    round();
    resolver.knows("example.org", "aspmx.l.google.com", 1h);
    clock.advance(1h);
    want({"example.org"});
    round();
    CHECK(providers->provider_of("example.org") == "google");
    start();
    CHECK(providers->provider_of("example.org") == "google");
}

TEST_CASE_METHOD(LookupFixture,
                 "an answer that cannot be used leaves what was known, and is no reason to ask soon") {
    resolver.knows("example.org", "mx.hoster.example", 1h);
    want({"example.org"});
    round();
    clock.advance(1h);
    resolver.answers["example.org"] = {Kind::failed, {}, {}};
    resolver.answers["new.example"] = {Kind::failed, {}, {}};
    want({"example.org", "new.example"});
    CHECK(round() == 2);
    CHECK(providers->provider_of("example.org") == "hoster.example");
    CHECK(providers->provider_of("new.example") == "new.example");
    want({"example.org", "new.example"});
    CHECK(round() == 0);
    clock.advance(5min);
    want({"example.org", "new.example"});
    CHECK(round() == 2);
}

TEST_CASE_METHOD(LookupFixture,
                 "a name server that is silent is left alone after twenty questions, said once") {
    CHECK(want(numbered(500, ".example")));
    CHECK(round() == 20);
    CHECK(events.has("resolver down"));
    CHECK_FALSE(lookup->looking_up());
    CHECK_FALSE(want({"more.example"}));  // nobody waits for it
    for (int i = 0; i < 500; ++i) resolver.knows("d" + std::to_string(i) + ".example", "mx.hoster.example");
    resolver.knows("more.example", "mx.hoster.example");
    CHECK_FALSE(events.has("resolver up"));
    CHECK(round() == 501);  // they were not forgotten
    CHECK(events.has("resolver up"));
    CHECK(providers->provider_of("d499.example") == "hoster.example");
}

TEST_CASE_METHOD(LookupFixture,
                 "a domain whose name servers are silent while others answer is not asked for soon") {
    resolver.knows("example.org", "mx.hoster.example");
    want({"example.org", "silent.example"});
    CHECK(round() == 2);
    CHECK_FALSE(events.has("resolver down"));
    want({"silent.example"});
    CHECK(round() == 0);
    clock.advance(5min);
    want({"silent.example"});
    CHECK(round() == 1);
}

TEST_CASE_METHOD(LookupFixture, "a few domains without an answer say nothing about the name server") {
    want(numbered(19, ".silent.example"));
    CHECK(round() == 19);
    CHECK_FALSE(events.has("resolver down"));
    CHECK_FALSE(lookup->looking_up());
    resolver.knows("example.org", "mx.hoster.example");
    want({"a.example", "example.org"});
    want(numbered(99, ".silent2.example"));
    resolver.knows("a.example", "mx.hoster.example");
    CHECK(round() == 101);
    CHECK_FALSE(events.has("resolver down"));
}

TEST_CASE_METHOD(LookupFixture, "domains without an answer do not keep others from being asked for") {
    resolver.knows("first.example", "mx.hoster.example");
    resolver.knows("last.example", "mx.hoster.example");
    want({"first.example"});
    want(numbered(150, ".example"));
    want({"last.example"});
    CHECK(round() == 101);  // 100 in a row after the first
    CHECK(events.has("resolver down"));
    CHECK(round() == 20);  // of the 50 that were not asked
    CHECK(round() == 20);
    CHECK_FALSE(events.has("resolver up"));
    round();
    CHECK(providers->provider_of("last.example") == "hoster.example");
}

TEST_CASE_METHOD(LookupFixture, "a round is bounded and the rest is for the next") {
    for (const std::string& domain : numbered(3000, ".example")) resolver.knows(domain, "mx.hoster.example");
    want(numbered(3000, ".example"));
    CHECK(round() == 2000);
    CHECK(lookup->looking_up());
    CHECK(round() == 1000);
}

TEST_CASE_METHOD(LookupFixture, "whoever waits for an answer is told when a round is over") {
    resolver.knows("example.org", "mx.hoster.example");
    lookup.emplace(open(), providers, resolver, clock, events,
                   [this] { told_of.push_back(lookup->looking_up()); });
    want({"example.org"});
    round();
    CHECK(told_of == std::vector<bool>{false});
}

namespace {

struct FanOut : LookupFixture {
    FanOut() {
        subscribe(3);  // at example.org
        settings.providers = {{"google", {"google.com"}, {}, {.rate = Rate{10, 1s}}}};
        auto database = open();
        test::Committing<queue::MailingStore> mailings(database);
        mailings->create_mailing(
            {.newsletter = "notes", .post_id = 1, .title = "t", .key = "k", .not_before = clock.now()},
            clock.now());
    }
    queue::Remaining step() {
        if (!planner) planner.emplace(planners, settings, random, events, providers, &*lookup);
        db::Transaction transaction(planners);
        const auto remaining = planner->prepare_deliveries(clock.now());
        transaction.commit();
        return remaining;
    }
    std::int64_t deliveries() {
        auto query = db::RawSql(planners).prepare("SELECT count(*) FROM deliveries");
        query.step();
        return query.integer(0);
    }
    db::Database planners = open();
    std::optional<pipeline::DeliveryPlanner> planner;
};

}  // namespace

TEST_CASE_METHOD(
    FanOut, "readers at domains that are new wait until those are looked up where a provider is limited") {
    resolver.knows("example.org", "aspmx.l.google.com");
    CHECK(step() == queue::Remaining::waiting);
    CHECK(step() == queue::Remaining::waiting);
    CHECK(deliveries() == 0);
    round();
    CHECK(step() == queue::Remaining::nothing);
    CHECK(deliveries() == 3);
    CHECK(resolver.asked == std::vector<std::string>{"example.org"});
}

TEST_CASE_METHOD(FanOut, "where no provider is limited a mailing waits for no name server") {
    settings.providers.clear();
    CHECK(step() == queue::Remaining::nothing);
    CHECK(deliveries() == 3);
    CHECK(lookup->looking_up());
}

TEST_CASE_METHOD(
    FanOut, "a mailing waits five seconds for a slow name server and not at all for one that is silent") {
    SECTION("slow") {
        CHECK(step() == queue::Remaining::waiting);
        clock.advance(4999ms);
        CHECK(step() == queue::Remaining::waiting);
        CHECK(deliveries() == 0);
        clock.advance(1ms);
        CHECK(step() == queue::Remaining::nothing);
    }
    SECTION("silent") {
        CHECK(step() == queue::Remaining::waiting);
        round();
        CHECK(step() == queue::Remaining::nothing);
    }
    CHECK(deliveries() == 3);
}

namespace {

// The whole service, with 30 readers at domains of a provider that accepts ten a day and 30 at others.
struct FirstMailing : test::PipelineFixture {
    FirstMailing() {
        use_relay(sink.port(), 2);
        const config::WarmUp ten_a_day{parse_rfc3339("2026-01-01T00:00:00Z").value(), 10, 1.0};
        settings.providers = {{"big", {"big.example"}, {}, {.warm_up = ten_a_day}}};
        auto database = open();
        test::Committing<audience::AudienceStore> audience(database);
        db::Transaction transaction(database);
        for (int i = 0; i < 30; ++i) {
            for (const std::string domain : {"hosted", "other"}) {
                const std::string address = fmt::format("r@d{}.{}.example", i, domain);
                audience->subscribe("notes", {.address = address}, clock.now(), "test");
            }
        }
        transaction.commit();
    }
    std::int64_t sent(const std::string& domain) const {
        auto database = open();
        auto query = db::RawSql(database).prepare(
            "SELECT count(*) FROM deliveries WHERE state = 5 AND recipient LIKE ?1");
        query.bind(1, "%." + domain + ".example");
        query.step();
        return query.integer(0);
    }
    test::SmtpSink sink;
};

}  // namespace

TEST_CASE_METHOD(FirstMailing, "a provider's ceiling holds for the first mailing to domains that are new") {
    const test::NameServer server(
        R"({"*.hosted.example": ["10 mx1.big.example"], "*.other.example": ["10 mx.example.net"]})");
    settings.resolver = server.address();
    run_once();
    CHECK(sent("hosted") == 10);
    CHECK(sent("other") == 30);
    CHECK(server.count("udp d") == 60);
    run_once();
    CHECK(server.count("udp d") == 60);
}

TEST_CASE_METHOD(FirstMailing, "with the name server cut off everything is sent all the same") {
    settings.resolver = fmt::format("127.0.0.1:{}", test::free_port());
    run_once();
    CHECK(sent("hosted") == 30);
    CHECK(sent("other") == 30);
    CHECK(events.has("resolver down"));
}
