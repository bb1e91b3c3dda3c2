#include "public/join_routes.hpp"

#include "base/encoding.hpp"
#include "public/join_fixture.hpp"
#include "support/places.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string csp_of(const web::HttpResponse& response) {
    for (const auto& [name, value] : response.fields) {
        if (name == "Content-Security-Policy") return value;
    }
    return {};
}

struct Browser : test::JoinFixture {
    web::HttpResponse request(const std::string& method, const std::string& path,
                              const std::string& body = "", const std::string& languages = "en") {
        web::HttpRequest head{.method = method, .path = path, .query = query, .fields = {}, .peer = peer};
        head.fields = {{"Accept-Language", languages}};
        auto admission = routes.admit(head);
        head.body = body;
        head.too_large = body.size() > admission.body_limit;
        return admission.answer(head);
    }
    web::HttpResponse get(const std::string& path, const std::string& languages = "en") {
        return request("GET", path, "", languages);
    }
    // What a browser sends of the form on a page.
    std::string filled_in(const std::string& page, const std::string& address) {
        const std::string mark = "name=\"stamp\" value=\"";
        const auto begin = page.find(mark);
        REQUIRE(begin != std::string::npos);
        const auto stamp =
            page.substr(begin + mark.size(), page.find('"', begin + mark.size()) - begin - mark.size());
        return "email=" + percent_encode(address) + "&website=&stamp=" + stamp;
    }
    web::HttpResponse subscribe(const std::string& address, const std::string& languages = "en") {
        const std::string form = filled_in(get("/s/notes", languages).body, address);
        clock.advance(5s);
        return request("POST", "/s/notes", form, languages);
    }

    std::string query;
    std::string peer = "203.0.113.9";
    std::shared_ptr<const web::Pages> templates = std::make_shared<web::Pages>(
        web::Pages::load(std::filesystem::path(test::source_folder()) / "templates/web").value());
    pages::JoinRoutes routes{joining, templates, settings, signer, clock};
};

}  // namespace

TEST_CASE_METHOD(Browser, "a reader asks by the form, confirms by the button, and reads") {
    const auto asked = subscribe("ann@example.org");
    CHECK(asked.status == 200);
    CHECK(has(asked.body, "Look into your mailbox"));
    CHECK(has(asked.body, "ann@example.org"));
    REQUIRE(owed().size() == 1);
    CHECK(owed().front().form == "https://news.example.org/s/notes");
    CHECK(owed().front().network == "203.0.113.0/24");
    const std::string path = "/c/" + link_of(owed().front());
    const auto button = get(path);
    CHECK(button.status == 200);
    CHECK(has(button.body, "Yes, subscribe me"));
    CHECK_FALSE((*audience).find("ann@example.org"));
    const auto confirmed = request("POST", path, "confirm=yes");
    CHECK(confirmed.status == 200);
    CHECK(has(confirmed.body, "You are subscribed"));
    CHECK(reads("ann@example.org"));
}

TEST_CASE_METHOD(Browser, "a newsletter that takes nobody by a page has no page") {
    CHECK(get("/s/closed").status == 404);
    CHECK(get("/s/nothing").status == 404);
    CHECK(request("POST", "/s/closed", "email=a%40b.org").status == 404);
    CHECK(get("/s/").status == 404);
}

TEST_CASE_METHOD(Browser, "the answer is the same for who reads, left, is suppressed, or asks too often") {
    const auto reader = [this](const std::string& address) {
        return audience->subscribe("notes", {0, address, "", {}}, clock.now(), "t", audience::Again::no)
            .subscriber_id;
    };
    static_cast<void>(reader("reads@example.org"));
    audience->leave("notes", reader("left@example.org"), clock.now());
    audience->suppress({"gone@example.org", "bounced", "550", false, std::nullopt, clock.now()});
    static_cast<void>(subscribe("often@example.org"));
    const auto answer = [this](const std::string& local) {
        peer = "10." + std::to_string(local.size()) + ".0.1";
        std::string body = subscribe(local + "@example.org").body;
        return body.replace(body.find(local + "@"), local.size(), "X");
    };
    const std::string expected = answer("new");
    for (const char* local : {"reads", "left", "gone", "often"}) CHECK(answer(local) == expected);
    peer = "203.0.113.9";
    for (int i = 0; i < 30; ++i) static_cast<void>(subscribe("flood" + std::to_string(i) + "@example.org"));
    CHECK(answer("flooded") == expected);
}

TEST_CASE_METHOD(Browser, "a press that comes too soon, too late or without its time does not count") {
    const std::string form = filled_in(get("/s/notes").body, "ann@example.org");
    clock.advance(1999ms);
    const auto soon = request("POST", "/s/notes", form);
    CHECK(has(soon.body, "One more step"));
    CHECK(has(soon.body, "value=\"ann@example.org\""));
    clock.advance(24h);
    CHECK(has(request("POST", "/s/notes", form).body, "One more step"));
    CHECK(has(request("POST", "/s/notes", "email=ann%40example.org").body, "One more step"));
    CHECK(has(request("POST", "/s/notes", "email=ann%40example.org&stamp=AAAA").body, "One more step"));
    CHECK(has(request("POST", "/s/other", form).body, "One more step"));
    CHECK(owed().empty());
    const std::string again = filled_in(soon.body, "ann@example.org");  // 24 h and 1.999 s before
    clock.advance(-24h + 1ms);
    CHECK(has(request("POST", "/s/notes", again).body, "One more step"));
    clock.advance(2s);
    CHECK(has(request("POST", "/s/notes", again).body, "Look into your mailbox"));
    CHECK(owed().size() == 1);
}

TEST_CASE_METHOD(Browser, "who fills in what nobody sees is thanked, and forgotten") {
    std::string form = filled_in(get("/s/notes").body, "ann@example.org");
    form.replace(form.find("website="), 8, "website=http%3A%2F%2Fspam.example");
    clock.advance(5s);
    CHECK(has(request("POST", "/s/notes", form).body, "Look into your mailbox"));
    CHECK(owed().empty());
}

TEST_CASE_METHOD(Browser, "what is no address is shown again with a complaint") {
    for (const std::string address : {"", "ann", "ann@", "a b@example.org", "ann@example.org\r\nBcc: x@y.org",
                                      "ann@example.org,bob@example.org", "<script>@x"}) {
        CAPTURE(address);
        const auto answer = subscribe(address);
        CHECK(answer.status == 422);
        CHECK(has(answer.body, "Please check the address"));
        CHECK_FALSE(has(answer.body, "<script"));
    }
    CHECK(subscribe(std::string(3000, 'a') + "@example.org").status == 422);
    CHECK(owed().empty());
}

TEST_CASE_METHOD(Browser, "a broken or endless form is refused") {
    CHECK(request("POST", "/s/notes", "email=%zz").status == 400);
    CHECK(request("POST", "/s/notes", std::string(5000, 'a')).status == 413);
    CHECK(request("POST", "/c/abc", std::string(5000, 'a')).status == 413);
}

TEST_CASE_METHOD(Browser, "to look changes nothing, with GET and HEAD") {
    static_cast<void>(subscribe("ann@example.org"));
    const std::string link = "/c/" + link_of(owed().front());
    for (const char* method : {"GET", "HEAD"}) {
        for (const std::string& path : {std::string("/s/notes"), link, std::string("/s/other")})
            CHECK(request(method, path).status == 200);
    }
    query = "email=bob%40example.org&confirm=yes&lang=de";
    static_cast<void>(get("/s/notes"));
    static_cast<void>(get(link));
    CHECK(owed().size() == 1);
    CHECK_FALSE((*audience).find("ann@example.org"));
}

TEST_CASE_METHOD(Browser, "a scanner's POST, without what the button says, confirms nothing") {
    static_cast<void>(subscribe("ann@example.org"));
    const std::string link = "/c/" + link_of(owed().front());
    for (const std::string body : {"", "confirm=no", "List-Unsubscribe=One-Click"})
        CHECK(request("POST", link, body).status == 400);
    CHECK_FALSE((*audience).find("ann@example.org"));
}

TEST_CASE_METHOD(Browser, "a link that is not ours says so, and that nothing has changed") {
    for (const std::string path : {"/c/", "/c/AAAA", "/c/u"}) {
        CHECK(get(path).status == 404);
        CHECK(has(get(path).body, "This link does not work"));
        CHECK(request("POST", path, "confirm=yes").status == 404);
    }
}

TEST_CASE_METHOD(Browser, "pages and mail speak the browser's language, the query's before it") {
    CHECK(has(get("/s/notes", "ja").body, "<html lang=\"ja\" dir=\"ltr\">"));
    CHECK(has(get("/s/notes", "xx, he;q=0.5").body, "<html lang=\"he\" dir=\"rtl\">"));
    notes().language = "fr";
    CHECK(has(get("/s/notes", "xx").body, "lang=\"fr\""));
    query = "x=1&lang=de-AT";
    CHECK(has(get("/s/notes", "ja").body, "lang=\"de\""));
    query = "lang=%22%3E%3Cscript%3E";
    CHECK(has(get("/s/notes", "ja").body, "lang=\"ja\""));
    query = "";
    static_cast<void>(subscribe("ann@example.org", "ja"));
    CHECK(owed().front().language == "ja");
    CHECK(has(get("/c/" + link_of(owed().front()), "en").body, "lang=\"ja\""));
}

TEST_CASE_METHOD(Browser, "pages have the newsletter's colours, and a policy without scripts and cookies") {
    notes().theme.accent = "#0a5c8f";
    notes().theme.logo = "https://pictures.example.org/logo.png";
    const auto form = get("/s/notes");
    CHECK(has(form.body, "--button: #0a5c8f"));
    CHECK(has(csp_of(form), "default-src 'none'; style-src 'sha256-"));
    CHECK(has(csp_of(form), "img-src https://pictures.example.org;"));
    CHECK_FALSE(has(form.body, "<script"));
    for (const auto& [name, value] : form.fields) CHECK(name != "Set-Cookie");
}

TEST_CASE_METHOD(Browser,
                 "a reader sees why he gets mail: when he asked, by which page, and when he confirmed") {
    static_cast<void>(subscribe("ann@example.org"));
    const std::string link = link_of(owed().front());
    const std::string asked = format_rfc3339(clock.now()).substr(0, 10);
    clock.advance(48h);
    const std::string confirmed = format_rfc3339(clock.now()).substr(0, 10);
    REQUIRE(joining.confirm(link));
    const auto ann = (*audience).find("ann@example.org")->id;
    const std::string token = signer.sign(audience::Token{audience::Purpose::leave, "notes", ann, 1});
    const auto why = get("/w/" + token);
    CHECK(why.status == 200);
    CHECK(has(why.body, "Why did I get this?"));
    CHECK(has(why.body, "on <bdi>" + asked + "</bdi>, by the page"));
    CHECK(has(why.body, "https://news.example.org/s/notes"));
    CHECK(has(why.body, "confirmed on <bdi>" + confirmed + "</bdi>"));
    CHECK(has(why.body, "<a href=\"https://news.example.org/u/" + token + "\">Unsubscribe</a>"));
    CHECK(has(why.body, "a•••@example.org"));
    CHECK_FALSE(has(why.body, "203.0.113"));
    CHECK(reads("ann@example.org"));
}

TEST_CASE_METHOD(Browser,
                 "who was put on a list sees since when, and a token that is no reader's says nothing") {
    const auto bob = audience->subscribe("notes", {0, "bob@example.org", "", {{"language", "de"}}},
                                         clock.now(), "import x.csv", audience::Again::no);
    const std::string token =
        signer.sign(audience::Token{audience::Purpose::leave, "notes", bob.subscriber_id, 0});
    CHECK(has(get("/w/" + token).body, "seit <bdi>" + format_rfc3339(clock.now()).substr(0, 10)));
    audience->leave("notes", bob.subscriber_id, clock.now());
    const auto left = get("/w/" + token).body;
    CHECK_FALSE(has(left, "/u/"));
    CHECK(has(left, "<a href=\"https://news.example.org/p/"));
    CHECK(get("/w/" + token.substr(1)).status == 404);
    CHECK(get("/w/").status == 404);
    CHECK(get("/w/" + signer.sign(audience::Token{audience::Purpose::leave, "notes", 4711, 0})).status ==
          404);
    static_cast<void>(subscribe("ann@example.org"));
    CHECK(get("/w/" + link_of(owed().front())).status == 404);
}

TEST_CASE_METHOD(Browser, "where nobody is asked to confirm, the answer is another, and the same for all") {
    notes().confirm = false;
    const auto reader =
        audience->subscribe("notes", {0, "left@example.org", "", {}}, clock.now(), "t", audience::Again::no);
    audience->leave("notes", reader.subscriber_id, clock.now());
    std::string fresh = subscribe("new1@example.org").body;
    std::string left = subscribe("left@example.org").body;
    CHECK(has(fresh, "Thank you"));
    fresh.replace(fresh.find("new1@"), 4, "X");
    left.replace(left.find("left@"), 4, "X");
    CHECK(fresh == left);
    CHECK(reads("new1@example.org"));
    CHECK_FALSE(reads("left@example.org"));
}
