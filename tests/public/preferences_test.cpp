#include "public/preferences.hpp"

#include "audience/series_store.hpp"
#include "pipeline/plan/departure.hpp"
#include "public/join_fixture.hpp"
#include "public/preferences_routes.hpp"
#include "queue/ledger/recall.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/places.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// "notes" and "other" have a page to subscribe, "closed" has none.
struct Preferring : test::JoinFixture {
    Preferring() {
        settings.newsletters[1].title = "Other <News>";
        ann = audience
                  ->subscribe("notes", {0, "ann@example.org", "Ann", {{"town", "York"}}}, clock.now(), "t",
                              audience::Again::no)
                  .subscriber_id;
    }
    [[nodiscard]] std::string token(const std::string& newsletter = "notes") const {
        return signer.sign(audience::Token{
            .purpose = audience::Purpose::preferences, .newsletter = newsletter, .subscriber_id = ann});
    }
    [[nodiscard]] std::vector<std::string> offered() {
        std::vector<std::string> names;
        const auto described = preferences.describe(token()).value();
        for (const pages::Choice& choice : described.choices)
            names.push_back(choice.newsletter + (choice.reads ? "+" : "-"));
        return names;
    }
    web::HttpResponse request(const std::string& method, const std::string& path,
                              const std::string& body = "", bool complete = true) {
        web::HttpRequest head{
            .method = method, .path = path, .query = {}, .fields = {}, .peer = "203.0.113.9"};
        auto admission = routes.admit(head);
        head.body = body;
        head.complete = complete;
        head.too_large = body.size() > admission.body_limit;
        return admission.answer(head);
    }
    web::HttpResponse save(const std::string& fields, const std::string& rest = "&language=en&name=Ann") {
        return request("POST", "/p/" + token(), fields + rest + "&preferences=save");
    }
    std::int64_t ann = 0;
    queue::Recall recall;
    pages::Preferences preferences{pipeline::open_database(dir.path()), settings, signer, clock, &recall};
    std::shared_ptr<const web::Pages> templates = std::make_shared<web::Pages>(
        web::Pages::load(std::filesystem::path(test::source_folder()) / "templates/web").value());
    pages::PreferencesRoutes routes{preferences, templates, settings};
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Preferring, "a reader sees what he reads, and what he may join") {
    CHECK(offered() == Names{"notes+", "other-"});
    const auto page = request("GET", "/p/" + token());
    CHECK(page.status == 200);
    CHECK(has(page.body, "a•••@example.org"));
    CHECK_FALSE(has(page.body, "ann@example.org"));
    CHECK(has(page.body, "name=\"read\" value=\"notes\" checked>"));
    CHECK(has(page.body, "name=\"read\" value=\"other\"> <bdi>Other &lt;News&gt;</bdi>"));
    CHECK(has(page.body, "value=\"Ann\""));
    CHECK(has(page.body, "<option value=\"en\" lang=\"en\" selected>English</option>"));
    CHECK_FALSE(has(page.body, "closed"));
    CHECK_FALSE(has(page.body, "York"));
}

TEST_CASE_METHOD(Preferring,
                 "what a reader has left he may join again, and what ended him otherwise he may not") {
    const auto subscribe = [this](const std::string& newsletter) {
        static_cast<void>(audience->subscribe(newsletter, {0, "ann@example.org", "", {}}, clock.now(), "t",
                                              audience::Again::yes));
    };
    subscribe("closed");
    CHECK(offered() == Names{"notes+", "other-", "closed+"});
    audience->leave("closed", ann, clock.now());
    CHECK(offered() == Names{"notes+", "other-", "closed-"});
    subscribe("closed");
    audience->remove("closed", "ann@example.org", clock.now());
    CHECK(offered() == Names{"notes+", "other-"});
    subscribe("other");
    audience->leave_others("notes", ann, "complaint", clock.now());
    CHECK(offered() == Names{"notes+"});
}

TEST_CASE_METHOD(Preferring, "a suppressed reader may leave, and joins nothing here") {
    audience->suppress({"ann@example.org", "complaint", "spam", false, std::nullopt, clock.now()});
    CHECK(offered() == Names{"notes+"});
    CHECK(save("shown=notes&read=notes&shown=other&read=other").status == 200);
    CHECK_FALSE(member("ann@example.org", "other"));
    CHECK(save("shown=notes").status == 200);
    CHECK(member("ann@example.org")->state == audience::State::left);
    CHECK(offered().empty());
}

TEST_CASE_METHOD(Preferring, "to save leaves what has no tick, joins what has one, and says how") {
    clock.advance(1h);
    const auto page = save("shown=notes&shown=other&read=other");
    CHECK(page.status == 200);
    CHECK(has(page.body, "<h1>Saved</h1>"));
    CHECK(has(page.body, "value=\"other\" checked>"));
    CHECK(member("ann@example.org")->state == audience::State::left);
    CHECK(reads("ann@example.org", "other"));
    const auto consent = (*requests).consent_of("other", "ann@example.org");
    REQUIRE(consent);
    CHECK(consent->form == "https://news.example.org/p/");
    CHECK(consent->network == "203.0.113.0/24");
    CHECK(consent->asked_at == clock.now());
    CHECK(member("ann@example.org", "other")->source == "page https://news.example.org/p/");
    CHECK(owed().empty());  // no mail asks him to confirm
    CHECK(save("shown=notes&read=notes&shown=other&read=other").status == 200);
    CHECK(reads("ann@example.org"));
}

TEST_CASE_METHOD(Preferring, "who leaves by this page has no delivery that waits, and none that goes on") {
    test::Committing<queue::MailingStore> mailings(database);
    test::Committing<queue::DeliveryStore> deliveries(database);
    const auto mailing = mailings
                             ->create_mailing({.newsletter = "notes",
                                               .post_id = 1,
                                               .title = "t",
                                               .key = "k",
                                               .not_before = clock.now(),
                                               .further_posts = {}},
                                              clock.now())
                             .value();
    const std::vector<queue::Addressee> addressees{{ann, "ann@example.org"}};
    deliveries->add_deliveries(mailing, addressees, clock.now());
    CHECK((*deliveries).progress(mailing).waiting == 1);
    CHECK(save("shown=notes").status == 200);
    CHECK((*deliveries).progress(mailing).waiting == 0);
    CHECK((*deliveries).progress(mailing).dropped == 1);
}

TEST_CASE_METHOD(Preferring, "only what the page had is touched") {
    CHECK(save("read=other").status == 200);  // notes was not shown, other neither
    CHECK(reads("ann@example.org"));
    CHECK_FALSE(member("ann@example.org", "other"));
    CHECK(save("shown=notes&read=notes&shown=closed&read=closed&shown=nothing&read=nothing").status == 200);
    CHECK_FALSE(member("ann@example.org", "closed"));
}

TEST_CASE_METHOD(Preferring, "a name and a language are kept, and what he does not choose stays") {
    CHECK(save("shown=notes&read=notes", "&language=de&name=+J%C3%B6rg++M").status == 200);
    auto reader = (*audience).find("ann@example.org").value();
    CHECK(reader.name == "J\xC3\xB6rg M");
    CHECK(reader.attributes == std::map<std::string, std::string>{{"language", "de"}, {"town", "York"}});
    CHECK(has(request("GET", "/p/" + token()).body, "<html lang=\"de\""));
    CHECK(save("shown=notes&read=notes", "&language=de&name=").status == 200);
    CHECK((*audience).find("ann@example.org")->name.empty());

    reader.attributes["language"] = "pt-BR";
    audience->change(reader);
    CHECK(has(request("GET", "/p/" + token()).body, "value=\"pt\" lang=\"pt\" selected"));
    CHECK(save("shown=notes&read=notes", "&language=pt&name=Ann").status == 200);
    CHECK((*audience).find("ann@example.org")->attributes["language"] == "pt-BR");
}

TEST_CASE_METHOD(Preferring, "a name or a language that cannot be is refused, and nothing is changed") {
    for (const std::string rest :
         {"&language=xx&name=Ann", "&language=&name=Ann", "&name=Ann", "&language=en&name=%00",
          "&language=en&name=a%0Ab%01", "&language=en&name=%FF"}) {
        CAPTURE(rest);
        CHECK(save("shown=notes", rest).status == 400);
    }
    CHECK(save("shown=notes", "&language=en&name=" + std::string(300, 'x')).status == 400);
    CHECK(reads("ann@example.org"));
}

TEST_CASE_METHOD(Preferring, "a GET, a one-click request and half a form change nothing") {
    CHECK(request("GET", "/p/" + token(), "shown=notes&language=en&name=&preferences=save").status == 200);
    CHECK(request("HEAD", "/p/" + token()).status == 200);
    CHECK(request("POST", "/p/" + token(), "List-Unsubscribe=One-Click").status == 400);
    CHECK(request("POST", "/p/" + token(), "").status == 400);
    CHECK(request("POST", "/p/" + token(), "shown=notes&language=en&name=&preferences=save", false).status ==
          400);
    CHECK(request("POST", "/p/" + token(), std::string(70'000, 'x')).status == 413);
    CHECK(reads("ann@example.org"));
    CHECK((*audience).find("ann@example.org")->name == "Ann");
}

TEST_CASE_METHOD(Preferring, "a link is worth nothing for another purpose, reader or installation") {
    const auto leave = signer.sign(audience::Token{.newsletter = "notes", .subscriber_id = ann});
    const audience::TokenSigner stranger(std::string(32, 'x'));
    const auto forged = stranger.sign(audience::Token{
        .purpose = audience::Purpose::preferences, .newsletter = "notes", .subscriber_id = ann});
    std::string changed = token();
    changed[5] = changed[5] == 'A' ? 'B' : 'A';
    for (const std::string& other : {leave, forged, changed, std::string("x"), std::string()}) {
        CAPTURE(other);
        CHECK(request("GET", "/p/" + other).status == 404);
        CHECK(request("POST", "/p/" + other, "shown=notes&language=en&name=&preferences=save").status == 404);
    }
    CHECK_FALSE(signer.verify(audience::Purpose::leave, token()));
    CHECK(reads("ann@example.org"));
}

TEST_CASE_METHOD(Preferring, "a newsletter that is no longer configured can be left") {
    static_cast<void>(audience->subscribe("gone", {0, "ann@example.org", "", {}}, clock.now(), "t"));
    const auto choices = preferences.describe(token("gone")).value().choices;
    CHECK(choices.back() == pages::Choice{"gone", "gone", true});
    CHECK(request("POST", "/p/" + token("gone"),
                  "shown=gone&shown=notes&read=notes&language=en&name=Ann&preferences=save")
              .status == 200);
    CHECK(member("ann@example.org", "gone")->state == audience::State::left);
    CHECK(reads("ann@example.org"));
}

TEST_CASE_METHOD(Preferring, "who joins by this page begins the newsletter's welcome series") {
    settings.newsletters[1].welcome = config::Source{.kind = config::SourceKind::folder, .letters = true};
    CHECK(save("shown=notes&read=notes&shown=other&read=other").status == 200);
    audience::SeriesStore series(database);
    CHECK(series.find("other", ann)->joined_at == clock.now());
    CHECK_FALSE(series.find("notes", ann));
    clock.advance(1h);
    CHECK(save("shown=notes&read=notes&shown=other&read=other").status == 200);
    CHECK(series.find("other", ann)->joined_at == clock.now() - 1h);
}
