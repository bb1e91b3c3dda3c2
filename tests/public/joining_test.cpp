#include "public/joining.hpp"

#include <fmt/format.h>

#include "audience/past/forgotten_store.hpp"
#include "audience/series_store.hpp"
#include "public/join_fixture.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using audience::Again;
using test::JoinFixture;

TEST_CASE_METHOD(JoinFixture, "who asks gets a mail, and reads nothing before he confirms") {
    ask("ann@example.org", "203.0.113.77");
    const auto mails = owed();
    REQUIRE(mails.size() == 1);
    CHECK(mails.front().address == "ann@example.org");
    CHECK(mails.front().network == "203.0.113.0/24");
    CHECK(wakings == 1);
    CHECK_FALSE((*audience).find("ann@example.org"));
    const auto confirmed = joining.confirm(link_of(mails.front()));
    REQUIRE(confirmed);
    CHECK(confirmed->address == "ann@example.org");
    CHECK(reads("ann@example.org"));
    CHECK(member("ann@example.org")->source == "page https://news.example.org/s/notes");
    CHECK((*audience).find("ann@example.org")->attributes.at("language") == "de");
    CHECK((*requests).consent_of("notes", "ann@example.org")->confirmed_at == clock.now());
}

TEST_CASE_METHOD(JoinFixture, "to look at a link changes nothing, however often") {
    const std::string link = asked_link("ann@example.org");
    for (int i = 0; i < 3; ++i) {
        const auto described = joining.describe(link);
        REQUIRE(described);
        CHECK(described->newsletter == "notes");
        CHECK(described->language == "de");
    }
    CHECK_FALSE((*audience).find("ann@example.org"));
    CHECK_FALSE((*requests).find(owed().front().id)->confirmed_at);
}

TEST_CASE_METHOD(JoinFixture, "a second press of the button is answered like the first") {
    const std::string link = asked_link("ann@example.org");
    CHECK(joining.confirm(link));
    CHECK(joining.confirm(link));
    CHECK_FALSE(joining.describe(link));
}

TEST_CASE_METHOD(JoinFixture, "a link that was used brings nobody back who has left since") {
    const std::string link = asked_link("ann@example.org");
    REQUIRE(joining.confirm(link));
    audience->leave("notes", (*audience).find("ann@example.org")->id, clock.now());
    CHECK_FALSE(joining.confirm(link));
    CHECK_FALSE(reads("ann@example.org"));
}

TEST_CASE_METHOD(JoinFixture, "forged, cut and expired links change nothing") {
    const std::string link = asked_link("ann@example.org");
    const std::size_t id = static_cast<std::size_t>(owed().front().id);
    for (std::size_t size = 0; size < link.size(); ++size) CHECK_FALSE(joining.confirm(link.substr(0, size)));
    for (std::size_t i = 0; i < link.size(); ++i) {
        std::string forged = link;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(joining.confirm(forged));
    }
    const audience::TokenSigner stranger(std::string(32, 'x'));
    const Time later = clock.now() + 24h;
    CHECK_FALSE(
        joining.confirm(stranger.sign(audience::ConfirmLink{"notes", static_cast<std::int64_t>(id), later})));
    // Signed by us, but for a leave, another newsletter, and a request that is not there.
    CHECK_FALSE(joining.confirm(
        signer.sign(audience::Token{audience::Purpose::leave, "notes", static_cast<std::int64_t>(id), 1})));
    CHECK_FALSE(
        joining.confirm(signer.sign(audience::ConfirmLink{"other", static_cast<std::int64_t>(id), later})));
    CHECK_FALSE(joining.confirm(signer.sign(audience::ConfirmLink{"notes", 4711, later})));
    clock.advance(pages::confirmable_for);
    CHECK_FALSE(joining.confirm(link));
    CHECK_FALSE((*audience).find("ann@example.org"));
}

TEST_CASE_METHOD(JoinFixture, "ten thousand links that somebody made up change nothing") {
    const std::string link = asked_link("ann@example.org");
    test::SeededRandom random(7);
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int i = 0; i < 10'000; ++i) {
        std::string forged = link.substr(0, random.next() % (link.size() + 1));
        while (forged.size() < link.size() + i % 3) forged += letters[random.next() % letters.size()];
        if (forged == link) continue;
        CHECK_FALSE(joining.describe(forged));
        CHECK_FALSE(joining.confirm(forged));
    }
    CHECK_FALSE((*audience).find("ann@example.org"));
    CHECK(joining.describe(link));
}

TEST_CASE_METHOD(JoinFixture, "a link of a newsletter that was closed joins nobody") {
    const std::string link = asked_link("ann@example.org");
    notes().subscribe = false;
    CHECK_FALSE(joining.describe(link));
    CHECK_FALSE(joining.confirm(link));
}

TEST_CASE_METHOD(JoinFixture, "an address gets one mail an hour and five in thirty days, whoever asks") {
    const Time begin = clock.now();
    ask("ann@example.org", "203.0.113.1");
    ask("ann@example.org", "198.51.100.1");
    ask("ann@example.org", "192.0.2.1", 1);  // for another newsletter
    CHECK(owed().size() == 1);
    for (int hour = 0; hour < 100; ++hour) {
        clock.advance(61min);
        ask("ann@example.org", fmt::format("10.0.{}.1", hour));
    }
    CHECK(owed().size() == 5);
    clock.set(begin + 30 * 24h + 1min);
    ask("ann@example.org", "203.0.113.2");
    CHECK(owed().size() == 6);
}

// 5 000 requests from as many networks over five days.
TEST_CASE_METHOD(JoinFixture, "five thousand requests for an address and its variants send five mails") {
    for (int i = 0; i < 5000; ++i) {
        const std::string dotted = i % 3 == 0 ? "a.nn" : i % 3 == 1 ? "ann" : "An.n";
        const std::string tag = i % 2 == 0 ? "" : fmt::format("+tag{}", i);
        ask(dotted + tag + "@example.org", fmt::format("10.{}.{}.1", i / 250, i % 250));
        clock.advance(86s);
    }
    CHECK(owed().size() == 5);
    ask("bob@example.org", "10.99.99.1");
    CHECK(owed().size() == 6);
}

TEST_CASE_METHOD(JoinFixture, "one client cannot ask for everybody") {
    for (int i = 0; i < 100; ++i) ask(fmt::format("reader{}@example.org", i), "203.0.113.9");
    CHECK(owed().size() == pages::ClientLimits::per_address);
}

TEST_CASE_METHOD(JoinFixture, "who reads already is asked like anybody else, and keeps his language") {
    const auto ann = audience->subscribe("notes", {0, "ann@example.org", "Ann", {{"language", "fr"}}},
                                         clock.now(), "import", Again::no);
    const std::string link = asked_link("ann@example.org");
    CHECK(owed().size() == 1);
    CHECK(joining.confirm(link));
    CHECK(reads("ann@example.org"));
    CHECK((*audience).find(ann.subscriber_id)->attributes.at("language") == "fr");
    CHECK((*audience).find(ann.subscriber_id)->name == "Ann");
    CHECK(member("ann@example.org")->source == "import");
}

TEST_CASE_METHOD(JoinFixture, "who has left comes back by confirming, and only so") {
    const auto ann =
        audience->subscribe("notes", {0, "ann@example.org", "", {}}, clock.now(), "t", Again::no);
    audience->leave("notes", ann.subscriber_id, clock.now());
    const std::string link = asked_link("ann@example.org");
    CHECK_FALSE(reads("ann@example.org"));
    CHECK(joining.confirm(link));
    CHECK(reads("ann@example.org"));
}

TEST_CASE_METHOD(JoinFixture, "whose mail bounced once reads again what he read, once he has confirmed") {
    static_cast<void>(
        audience->subscribe("other", {0, "ann@example.org", "", {}}, clock.now(), "t", Again::no));
    audience->suppress({"ann@example.org", "bounced", "550 5.1.1", false, std::nullopt, clock.now()});
    const std::string link = asked_link("ann@example.org");
    CHECK((*audience).is_suppressed("ann@example.org"));
    CHECK(joining.confirm(link));
    CHECK(reads("ann@example.org"));
    CHECK(reads("ann@example.org", "other"));
}

TEST_CASE_METHOD(JoinFixture, "who complained gets what he confirmed, and nothing else again") {
    static_cast<void>(
        audience->subscribe("other", {0, "ann@example.org", "", {}}, clock.now(), "t", Again::no));
    audience->suppress({"ann@example.org", "complaint", "abuse", false, std::nullopt, clock.now()});
    CHECK(joining.confirm(asked_link("ann@example.org")));
    CHECK(reads("ann@example.org"));
    CHECK_FALSE(reads("ann@example.org", "other"));
}

TEST_CASE_METHOD(JoinFixture, "where nobody is asked to confirm, somebody new reads at once") {
    notes().confirm = false;
    ask("ann@example.org", "2001:db8:1:2::3");
    CHECK(reads("ann@example.org"));
    CHECK(owed().empty());
    const auto consent = (*requests).consent_of("notes", "ann@example.org");
    REQUIRE(consent);
    CHECK(consent->network == "2001:db8:1::/48");
    CHECK_FALSE(consent->confirmed_at);
}

TEST_CASE_METHOD(JoinFixture, "who left or is suppressed is asked to confirm even there") {
    notes().confirm = false;
    const auto ann =
        audience->subscribe("notes", {0, "ann@example.org", "", {}}, clock.now(), "t", Again::no);
    audience->leave("notes", ann.subscriber_id, clock.now());
    audience->suppress({"bob@example.org", "complaint", "abuse", false, std::nullopt, clock.now()});
    ask("ann@example.org");
    ask("bob@example.org");
    CHECK_FALSE(reads("ann@example.org"));
    CHECK_FALSE(reads("bob@example.org"));
    CHECK(owed().size() == 2);
}

TEST_CASE_METHOD(
    JoinFixture,
    "who is suppressed by hand is not even asked, and his request is on record with the reason") {
    const std::string before = asked_link("ann@example.org");
    audience->suppress({"ann@example.org", "by hand", "anna: a spam trap", false, std::nullopt, clock.now()});
    CHECK_FALSE(joining.describe(before));
    CHECK_FALSE(joining.confirm(before));
    CHECK_FALSE(reads("ann@example.org"));
    audience->suppress(
        {"bob@example.org", "by hand", "anna: a lawyer's letter", false, std::nullopt, clock.now()});
    const std::size_t owed_before = owed().size();
    ask("bob@example.org");
    CHECK(owed().size() == owed_before);
    const auto asked = (*requests).requests_of("bob@example.org");
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].reply.find("suppressed by hand") != std::string::npos);
    notes().confirm = false;
    ask("bob@example.org", "", 0);
    CHECK_FALSE(reads("bob@example.org"));
}

TEST_CASE_METHOD(JoinFixture, "who had himself forgotten joins again by confirming, and not without") {
    test::SeededRandom random;
    test::Committing<audience::ForgottenStore> forgotten(database);
    forgotten->add("ann@example.org", clock.now(), random);
    notes().confirm = false;
    ask("ann@example.org");
    CHECK_FALSE(reads("ann@example.org"));
    REQUIRE(owed().size() == 1);
    CHECK(joining.confirm(link_of(owed()[0])));
    CHECK(reads("ann@example.org"));
    CHECK_FALSE((*forgotten).find("ann@example.org"));
}

namespace {

struct Welcoming : JoinFixture {
    Welcoming() { notes().welcome = config::Source{.kind = config::SourceKind::folder, .letters = true}; }
    [[nodiscard]] std::optional<audience::SeriesReader> place(const std::string& address,
                                                              const std::string& newsletter = "notes") {
        const auto reader = (*audience).find(address);
        return reader ? audience::SeriesStore(database).find(newsletter, reader->id) : std::nullopt;
    }
};

}  // namespace

TEST_CASE_METHOD(Welcoming, "who confirms begins the newsletter's welcome series, if it has one") {
    const std::string link = asked_link("ann@example.org");
    CHECK_FALSE(place("ann@example.org"));
    clock.advance(2h);
    REQUIRE(joining.confirm(link));
    CHECK(place("ann@example.org")->joined_at == clock.now());
    CHECK(place("ann@example.org")->due == clock.now());
    REQUIRE(joining.confirm(asked_link("bob@example.org", 1)));
    CHECK_FALSE(place("bob@example.org", "other"));
}

TEST_CASE_METHOD(Welcoming, "who joins without confirming begins the welcome series as well") {
    notes().confirm = false;
    ask("ann@example.org");
    CHECK(place("ann@example.org"));
}

TEST_CASE_METHOD(Welcoming,
                 "who reads already, by an import say, and confirms does not begin the welcome series") {
    audience->subscribe("notes", {0, "ann@example.org", "", {}}, clock.now(), "import", Again::no);
    REQUIRE(joining.confirm(asked_link("ann@example.org")));
    CHECK_FALSE(place("ann@example.org"));
}

TEST_CASE_METHOD(Welcoming, "who got no mail for a bounce and confirms goes on with the welcome series") {
    REQUIRE(joining.confirm(asked_link("ann@example.org")));
    audience->suppress({"ann@example.org", "bounced", "550", false, std::nullopt, clock.now()});
    clock.advance(2h);
    REQUIRE(joining.confirm(asked_link("ann@example.org")));
    CHECK(place("ann@example.org")->joined_at == clock.now());
}
