// Limits and slow-downs of providers as the ledger keeps them, on an injected clock.
#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"
#include "queue/ledger/limited_ledger.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

config::Limit rate(unsigned count, Duration per = 1s) {
    return {.rate = Rate{count, per}};
}

struct ProviderLedger : test::LimitedLedger {
    ProviderLedger() { settings.providers = providers; }

    void limit_provider(const std::string& name, const config::Limit& limit) {
        settings.limits.push_back({Scope::provider, name, limit});
    }
    // Domains whose MX is the provider's: hosted1.example and so on.
    std::vector<std::string> hosted(int count, const std::string& mx = "aspmx.l.google.com") const {
        std::vector<std::string> domains;
        for (int i = 1; i <= count; ++i) {
            domains.push_back("hosted" + std::to_string(i) + ".example");
            learn(domains.back(), mx);
        }
        return domains;
    }
    void learn(const std::string& domain, const std::string& mx) const {
        providers->learn(domain, mx, clock.now() + 24h);
    }
    int sent_to(const std::vector<std::string>& domains) {
        int sum = 0;
        for (const std::string& domain : domains) sum += sent[domain];
        return sum;
    }
    Outcome answer(std::size_t lane, const Delivery& delivery) override {
        if (complains-- > 0)
            return {.kind = OutcomeKind::domain_slowed,
                    .stage = Stage::rcpt,
                    .code = 450,
                    .text = "450 4.7.28 slow"};
        return LimitedLedger::answer(lane, delivery);
    }

    std::shared_ptr<Providers> providers = std::make_shared<Providers>();
    int complains = 0;
};

}  // namespace

TEST_CASE_METHOD(ProviderLedger,
                 "a thousand domains of one provider share its rate and others are unhindered") {
    limit_provider("google", rate(20));
    start();
    auto domains = hosted(1000);
    domains.emplace_back("fast.example");
    mailing_in(domains, 2);
    domains.pop_back();
    work(60s);
    CHECK(sent["fast.example"] == 2);
    CHECK(sent_to(domains) >= 1140);  // 20 in 1.035 s are 1159 in 60 s
    CHECK(sent_to(domains) <= 1200);
}

TEST_CASE_METHOD(ProviderLedger, "others keep their speed while a provider's domains wait") {
    limit_provider("google", rate(1));
    settings.doubt_window = 10;
    start();
    auto domains = hosted(9);
    domains.emplace_back("fast.example");
    mailing_in(domains, 100);
    work_now();
    CHECK(sent["fast.example"] == 100);
    domains.pop_back();
    CHECK(sent_to(domains) == 1);
    CHECK(integer("SELECT count(*) FROM deliveries WHERE shelf > 0 AND state = 0") == 899);
}

TEST_CASE_METHOD(ProviderLedger, "mailboxes of the provider's own count with the domains that it hosts") {
    limit_provider("google", rate(10));
    start();
    hosted(1);
    mailing_in({"gmail.com", "hosted1.example"}, 300);
    work(20s);
    CHECK(sent_to({"gmail.com", "hosted1.example"}) >= 190);  // 10 in 1.035 s are 193 in 20 s
    CHECK(sent_to({"gmail.com", "hosted1.example"}) <= 200);
}

TEST_CASE_METHOD(ProviderLedger, "of a domain's limit and its provider's the stricter holds") {
    limit_provider("google", rate(10));
    SECTION("the domain's") {
        limit_domain("hosted1.example", rate(2));
        start();
        hosted(2);
        mailing_in({"hosted1.example", "hosted2.example"}, 300);
        work(20s);
        CHECK(sent["hosted1.example"] >= 36);
        CHECK(sent["hosted1.example"] <= 40);
        CHECK(sent_to({"hosted1.example", "hosted2.example"}) <= 200);
        CHECK(sent_to({"hosted1.example", "hosted2.example"}) >= 180);
    }
    SECTION("the provider's") {
        limit_domain("hosted1.example", rate(50));
        start();
        hosted(1);
        mailing_in({"hosted1.example"}, 300);
        work(20s);
        CHECK(sent["hosted1.example"] >= 180);
        CHECK(sent["hosted1.example"] <= 200);
    }
}

TEST_CASE_METHOD(ProviderLedger, "connections to a provider are counted over its domains") {
    limit_provider("google", {.connections = 3});
    limit_domain("hosted1.example", {.connections = 2});
    start();
    mailing_in(hosted(4), 10);
    ledger->step();
    auto taken = ledger->hand_out().take(0, 100);
    CHECK(taken.size() == 3);
    CHECK(std::ranges::count_if(taken, [](const Delivery& delivery) {
              return delivery.recipient.ends_with("@hosted1.example");
          }) <= 2);
    for (Delivery& delivery : taken)
        ledger->hand_out().report(0, std::move(delivery), LimitedLedger::answer(0, delivery));
    ledger->step();
    CHECK(ledger->hand_out().take(0, 100).size() == 3);
}

TEST_CASE_METHOD(ProviderLedger,
                 "a provider's daily ceiling lets the rest of its domains wait for the next day") {
    limit_provider("google",
                   {.warm_up = config::WarmUp{parse_rfc3339("2026-01-01T00:00:00Z").value(), 10, 1.0}});
    clock.set(parse_rfc3339("2026-12-01T12:00:00Z").value());
    start();
    auto domains = hosted(30);
    mailing_in(domains, 1);
    work(1min, 1s);
    CHECK(sent_to(domains) == 10);
    CHECK(ledger->hand_out().quiet());  // nothing more today: a single run does not wait
    clock.set(parse_rfc3339("2026-12-02T00:00:01Z").value());
    work(10s);
    CHECK(sent_to(domains) == 20);
}

TEST_CASE_METHOD(ProviderLedger,
                 "a domain whose provider becomes known after the fan-out keeps within its limit") {
    limit_provider("google", rate(1));
    start();
    mailing_in({"hosted1.example"}, 2000);
    ledger->step();
    const auto before = ledger->hand_out().outstanding();
    CHECK(before > 0);  // it counted for itself
    hosted(1);
    work(10s);
    CHECK(sent["hosted1.example"] <= static_cast<int>(before) + 11);
    CHECK(integer("SELECT count(*) FROM deliveries WHERE shelf > 0 AND state = 0") > 1000);
}

TEST_CASE_METHOD(ProviderLedger, "a domain that moved to another provider no longer waits for the old one") {
    limit_provider("google", rate(1, 1min));
    start();
    mailing_in(hosted(1), 100);
    work_now();
    CHECK(sent["hosted1.example"] == 1);
    learn("hosted1.example", "mx.hoster.example");
    clock.advance(61s);
    work_now();
    CHECK(sent["hosted1.example"] == 100);
}

TEST_CASE_METHOD(ProviderLedger,
                 "what waits for a provider goes on waiting after a restart that knows no domains") {
    limit_provider("google", rate(1));
    start();
    mailing_in(hosted(1), 100);
    work_now();
    providers = std::make_shared<Providers>();
    settings.providers = providers;
    start();
    work(10s);
    CHECK(sent["hosted1.example"] <= 12);
}

TEST_CASE_METHOD(ProviderLedger, "a complaint from one domain slows its provider and no other") {
    start();
    mailing_in(hosted(3), 200);
    mailing_in({"other.example", "gmail.com"}, 20, 2);
    complains = 1;
    work_now();
    REQUIRE(slowed.size() == 1);
    CHECK(slowed[0].first == "google");
    CHECK(sent["other.example"] == 20);
    const int before = sent_to({"hosted1.example", "hosted2.example", "hosted3.example", "gmail.com"});
    CHECK(before < 600);
    work(5s);
    const int after = sent_to({"hosted1.example", "hosted2.example", "hosted3.example", "gmail.com"});
    CHECK(after - before <= 5 * slowed[0].second + 1);
    clock.advance(24h);
    work_now();
    CHECK(restored == std::vector<std::string>{"google"});
    CHECK(sent_to({"hosted1.example", "hosted2.example", "hosted3.example"}) == 600);
    CHECK(integer("SELECT count(*) FROM limits") == 0);
}

TEST_CASE_METHOD(ProviderLedger,
                 "a complaint halves the provider's configured rate, and the domain's own too") {
    limit_provider("google", rate(20));
    limit_domain("hosted1.example", rate(8));
    start();
    mailing_in(hosted(1), 100);
    complains = 1;
    work_now();
    CHECK(slowed == std::vector<std::pair<std::string, double>>{{"google", 10.0}, {"hosted1.example", 4.0}});
}

TEST_CASE_METHOD(ProviderLedger,
                 "a provider's limit that is taken out of the configuration leaves nothing on its shelf") {
    limit_provider("google", rate(1));
    start();
    mailing_in(hosted(2), 600);
    work_now();
    settings.limits.clear();
    start();
    work_now();
    CHECK(sent_to({"hosted1.example", "hosted2.example"}) == 1200);
    CHECK(integer("SELECT count(*) FROM limits") == 0);
}

TEST_CASE_METHOD(ProviderLedger,
                 "domains with limits of their own keep their rates beside a limited provider") {
    limit_provider("google", rate(20));
    const std::vector<std::string> others{"one.example", "two.example", "three.example"};
    for (const std::string& other : others) limit_domain(other, rate(10));
    start();
    auto domains = hosted(1000);
    mailing_in(domains, 3);
    mailing_in(others, 700, 2);
    work(60s);
    CHECK(sent_to(domains) >= 1140);
    CHECK(sent_to(domains) <= 1200);
    for (const std::string& other : others) {
        CHECK(sent[other] >= 540);
        CHECK(sent[other] <= 600);
    }
}

TEST_CASE_METHOD(ProviderLedger, "while the DNS says nothing each domain counts for itself and none waits") {
    limit_provider("google", rate(1));
    limit_domain("slow.example", rate(10));
    start();
    std::vector<std::string> domains;
    for (int i = 1; i <= 1000; ++i) domains.push_back("unknown" + std::to_string(i) + ".example");
    mailing_in(domains, 2);
    mailing_in({"slow.example"}, 200, 2);
    work_now();
    CHECK(sent_to(domains) == 2000);
    work(10s);
    CHECK(sent["slow.example"] >= 95);
}
