#include "queue/limit/providers.hpp"

#include <catch2/catch.hpp>

#include "support/manual_clock.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {
const Time now = test::ManualClock().now();
}  // namespace

TEST_CASE("large mailbox providers are known without the DNS") {
    const Providers providers;
    CHECK(providers.provider_of("gmail.com") == "google");
    CHECK(providers.provider_of("hotmail.com") == "microsoft");
    CHECK(providers.provider_of("live.co.uk") == "microsoft");
    CHECK(providers.provider_of("yahoo.fr") == "yahoo");
    CHECK(providers.provider_of("aol.com") == "yahoo");
    CHECK(providers.provider_of("icloud.com") == "apple");
    CHECK(providers.provider_of("web.de") == "gmx");
}

TEST_CASE("a domain that nothing is known of counts for itself") {
    const Providers providers;
    CHECK(providers.provider_of("example.org") == "example.org");
    CHECK_FALSE(providers.known_provider_of("example.org"));
    CHECK_FALSE(providers.is_learned("example.org"));
}

TEST_CASE("a domain belongs to the provider whose suffix its mail server has") {
    const std::pair<const char*, const char*> servers[] = {
        {"aspmx.l.google.com", "google"},
        {"aspmx2.googlemail.com", "google"},
        {"example-org.mail.protection.outlook.com", "microsoft"},
        {"hotmail-com.olc.protection.outlook.com", "microsoft"},
        {"example-org.a-v1.mx.microsoft", "microsoft"},
        {"mta5.am0.yahoodns.net", "yahoo"},
        {"mx01.mail.icloud.com", "apple"},
        {"mx00.gmx.net", "gmx"},
        {"mx-ha02.web.de", "gmx"},
        {"mxa-00000001.gslb.pphosted.com", "proofpoint"},
        {"eu-smtp-inbound-1.mimecast.com", "mimecast"},
        {"in1-smtp.messagingengine.com", "fastmail"},
        {"mail.protonmail.ch", "proton"},
        {"mx.yandex.net", "yandex"},
        {"emx.mail.ru", "mail-ru"},
        {"mx1.mail.ovh.net", "ovh"},
        {"mx00.kundenserver.de", "ionos"},
        {"mxa-00026101.gslb.gpphosted.com", "proofpoint"},
        {"d1234a.ess.barracudanetworks.com", "barracuda"},
        {"mx1.hc1234-5.iphmx.com", "cisco"},
        {"cluster5.eu.messagelabs.com", "broadcom"},
        {"mx01.hornetsecurity.com", "hornetsecurity"},
        {"mx23a.antispameurope.com", "hornetsecurity"},
        {"example-org.in.tmes.trendmicro.com", "trendmicro"},
        {"example-org.in.tmes.trendmicro.eu", "trendmicro"},
        {"mx6.antispamcloud.com", "n-able"},
        {"mx.spamexperts.com", "n-able"},
        {"mx1-hosting.jellyfish.systems", "namecheap"},
        {"eforward1.registrar-servers.com", "namecheap"},
        {"mx1.qiye.aliyun.com", "alibaba"},
        {"mxw.mxhichina.com", "alibaba"},
        {"mxbiz1.qq.com", "tencent"},
        {"qiye163mx01.mxmail.netease.com", "netease"},
        {"mailstore1.europe.secureserver.net", "godaddy"},
        {"mx2.zoho.com.au", "zoho"},
        {"smtpin.rzone.de", "strato"},
    };
    Providers providers;
    for (const auto& [mx, provider] : servers) {
        providers.learn("example.org", mx, now);
        INFO(mx);
        CHECK(providers.provider_of("example.org") == provider);
    }
}

TEST_CASE("another provider is named by the registrable domain of its server") {
    Providers providers;
    providers.learn("example.org", "mx2.mail.hoster.example.co.uk", now);
    CHECK(providers.provider_of("example.org") == "example.co.uk");
    providers.learn("example.net", "mail.example.net", now);
    CHECK(providers.provider_of("example.net") == "example.net");
    CHECK(providers.known_provider_of("example.net") == "example.net");
}

TEST_CASE("a suffix ends at a label") {
    Providers providers;
    providers.learn("example.org", "mx.notgoogle.com", now);
    CHECK(providers.provider_of("example.org") == "notgoogle.com");
    providers.learn("example.org", "google.com.example.net", now);
    CHECK(providers.provider_of("example.org") == "example.net");
    providers.learn("example.org", "google.com", now);
    CHECK(providers.provider_of("example.org") == "google");
}

TEST_CASE("the longest suffix decides") {
    Providers providers({{"all", {"hoster.example"}, {}, {}}, {"some", {"eu.hoster.example"}, {}, {}}});
    providers.learn("a.example", "mx.eu.hoster.example", now);
    providers.learn("b.example", "mx.us.hoster.example", now);
    CHECK(providers.provider_of("a.example") == "some");
    CHECK(providers.provider_of("b.example") == "all");
}

TEST_CASE("a domain without mail servers counts for itself and is not asked for again soon") {
    Providers providers;
    providers.learn("example.org", "", now + 15min);
    CHECK_FALSE(providers.known_provider_of("example.org"));
    CHECK(providers.is_fresh("example.org", now));
    CHECK(providers.is_learned("example.org"));
}

TEST_CASE("what was learned stays in use when its time is over") {
    Providers providers;
    providers.learn("example.org", "aspmx.l.google.com", now + 1h);
    CHECK(providers.is_fresh("example.org", now + 59min));
    CHECK_FALSE(providers.is_fresh("example.org", now + 1h));
    CHECK(providers.provider_of("example.org") == "google");
}

TEST_CASE("what is learned of domains takes bounded memory") {
    Providers providers;
    const auto name = [](std::size_t i) { return "d" + std::to_string(i) + ".example"; };
    std::size_t known = 0;
    for (std::size_t i = 0; i < Providers::most_learned + 100; ++i)
        providers.learn(name(i), "aspmx.l.google.com", now);
    for (std::size_t i = 0; i < Providers::most_learned + 100; ++i) known += providers.is_learned(name(i));
    CHECK(known == Providers::most_learned);
}
