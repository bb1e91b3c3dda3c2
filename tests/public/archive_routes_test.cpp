#include "public/archive_routes.hpp"

#include "public/archive_fixture.hpp"
#include "support/places.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct ArchiveBrowser : test::ArchiveFixture {
    web::HttpResponse get(const std::string& path, const std::string& query = "",
                          const web::HttpFields& fields = {{"Accept-Language", "en"}}) {
        const web::HttpRequest head{.method = "GET", .path = path, .query = query, .fields = fields};
        auto admission = routes.admit(head);
        CHECK(admission.body_limit == 0);
        return admission.answer(head);
    }
    static std::string field(const web::HttpResponse& response, const std::string& wanted) {
        std::string found;
        for (const auto& [name, value] : response.fields) {
            if (name != wanted) continue;
            CHECK(found.empty());
            found = value;
        }
        return found;
    }
    static std::string letter_path(std::int64_t id) { return "/a/notes/" + std::to_string(id); }

    std::shared_ptr<const web::Pages> templates = std::make_shared<web::Pages>(
        web::Pages::load(std::filesystem::path(test::source_folder()) / "templates/web").value());
    pages::ArchiveRoutes routes{archive, templates, settings};
};

}  // namespace

TEST_CASE_METHOD(ArchiveBrowser, "a list leads to its letters, to join and to the feed") {
    const auto id = send("notes", "First <b>");
    const auto page = get("/a/notes");
    CHECK(page.status == 200);
    CHECK(has(page.body,
              "<a href=\"https://news.example.org" + letter_path(id) + "\"><bdi>First &lt;b&gt;</bdi></a>"));
    CHECK(has(page.body, "href=\"https://news.example.org/a/notes/feed\""));
    CHECK(has(page.body, "href=\"https://news.example.org/s/notes\""));
    CHECK(field(page, "Content-Security-Policy").starts_with("default-src 'none'; style-src 'sha256-"));
    CHECK(field(page, "Cache-Control") == "public, max-age=300");
    CHECK(field(page, "Vary") == "Accept-Language");
    CHECK(field(page, "X-Robots-Tag") == "all");
    settings.newsletters[0].subscribe = false;
    CHECK_FALSE(has(get("/a/notes").body, "/s/notes"));
}

TEST_CASE_METHOD(ArchiveBrowser, "a newsletter without an archive has none, whatever it sent") {
    const auto id = send("closed", "Secret");
    for (const std::string path :
         {"/a/closed", "/a/closed/feed", "/a/closed/1", "/a/closed/1/x", "/a/nothing", "/a/", "/a/notes/0",
          "/a/notes/-1", "/a/notes/1x", "/a/notes/99", "/a/notes/1/2/3", "/a/notes/"}) {
        CAPTURE(path);
        const auto page = get(path);
        CHECK(page.status == 404);
        CHECK(field(page, "Cache-Control").empty());  // the server's own: no-store
    }
    CHECK(get("/a/notes/" + std::to_string(id)).status == 404);
}

TEST_CASE_METHOD(ArchiveBrowser, "a long archive is shown in pages of 30, and keeps the language asked for") {
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 61; ++i) ids.push_back(send("notes", "Letter " + std::to_string(i)));
    const auto first = get("/a/notes", "lang=de");
    CHECK(has(first.body, "lang=\"de\""));
    CHECK(has(first.body, "Letter 60<"));
    CHECK(has(first.body, "Letter 31<"));
    CHECK_FALSE(has(first.body, "Letter 30<"));
    CHECK_FALSE(has(first.body, "Neueste<"));
    CHECK(has(first.body, "a/notes?before=" + std::to_string(ids[31]) + "&amp;lang=de\""));
    CHECK(has(first.body, letter_path(ids[60]) + "?lang=de\""));
    const auto second = get("/a/notes", "before=" + std::to_string(ids[31]));
    CHECK(has(second.body, "Letter 30<"));
    CHECK(has(second.body, "Letter 1<"));
    CHECK_FALSE(has(second.body, "Letter 31<"));
    CHECK(has(second.body, "Newest<"));
    const auto third = get("/a/notes", "before=" + std::to_string(ids[1]));
    CHECK(has(third.body, "Letter 0<"));
    CHECK_FALSE(has(third.body, "Older<"));
}

TEST_CASE_METHOD(ArchiveBrowser, "a letter is what was sent, and holds nobody's data") {
    static_cast<void>(audience->subscribe("notes", {0, "ann@example.org", "Ann", {}}, clock.now(), "t"));
    const auto id = send("notes", "First", {"de"});
    const auto page = get(letter_path(id));
    CHECK(page.status == 200);
    CHECK(page.type == "text/html; charset=utf-8");
    CHECK(has(page.body, "<p>Dear reader, hello</p>"));
    CHECK(has(page.body, "<a href=\"https://news.example.org/s/notes\">Subscribe</a></main>"));
    CHECK_FALSE(has(page.body, "/u/"));
    CHECK_FALSE(has(page.body, "Ann"));
    CHECK_FALSE(has(page.body, "aaaabbbb"));  // the mailing's key
    CHECK(has(page.body,
              "<a href=\"https://news.example.org/a/notes\" style=\"color:inherit\">Past letters</a>"));
    CHECK(has(get(letter_path(id), "lang=de").body, "Dear reader, hello de"));
    CHECK(has(get(letter_path(id), "", {{"Accept-Language", "he"}}).body, "<header lang=\"he\" dir=\"rtl\""));
}

TEST_CASE_METHOD(ArchiveBrowser, "a letter may have its styles and pictures, and no script, form or origin") {
    const auto page = get(letter_path(send("notes", "First")));
    const std::string policy = field(page, "Content-Security-Policy");
    CHECK(has(policy, "default-src 'none'; style-src 'unsafe-inline'; img-src http: https:;"));
    CHECK(has(policy, "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-popups"));
    CHECK_FALSE(has(policy, "allow-scripts"));
    CHECK_FALSE(has(policy, "allow-same-origin"));
    CHECK_FALSE(has(policy, "allow-forms"));
    CHECK_FALSE(has(policy, "script-src"));
}

TEST_CASE_METHOD(ArchiveBrowser, "who has a page gets it anew only once it is another") {
    const auto id = send("notes", "First");
    for (const std::string& path : {std::string("/a/notes"), std::string("/a/notes/feed"), letter_path(id)}) {
        CAPTURE(path);
        const auto page = get(path);
        const std::string tag = field(page, "ETag");
        CHECK_FALSE(tag.empty());
        const web::HttpFields fields{{"Accept-Language", "en"}, {"If-None-Match", "\"x\", W/" + tag}};
        const auto again = get(path, "", fields);
        CHECK(again.status == 304);
        CHECK(again.body.empty());
        CHECK(field(again, "ETag") == tag);
        CHECK(field(again, "Cache-Control") == "public, max-age=300");
        static_cast<void>(send("notes", "Next"));
        CHECK(get(path, "", fields).status == (path == letter_path(id) ? 304 : 200));
    }
}

TEST_CASE_METHOD(ArchiveBrowser,
                 "a picture that was sent with a letter is served beside it, for feed readers too") {
    const auto sea =
        email::inline_picture(std::string("\x89PNG\0sea", 8), "image/png", "sea.png", "example.org");
    const auto id = send("notes", "First");
    editions->keep_pictures(id, email::pack(email::InlinePictures{sea}));
    const std::string path = letter_path(id) + "/" + sea.id.substr(0, sea.id.find('@'));
    const auto picture = get(path);
    CHECK(picture.status == 200);
    CHECK(picture.type == "image/png");
    CHECK(picture.body == std::string("\x89PNG\0sea", 8));
    CHECK(field(picture, "Content-Security-Policy") == "default-src 'none'; sandbox");
    CHECK(field(picture, "Cross-Origin-Resource-Policy") == "cross-origin");
    CHECK(get(path, "", {{"If-None-Match", field(picture, "ETag")}}).status == 304);
    CHECK(get(path + "x").status == 404);
    CHECK(get("/a/notes/99/" + path.substr(path.rfind('/') + 1), "",
              {{"If-None-Match", field(picture, "ETag")}})
              .status == 404);
}

TEST_CASE_METHOD(ArchiveBrowser, "a feed is Atom, in the newsletter's language") {
    static_cast<void>(send("notes", "First", {"de"}));
    const auto feed = get("/a/notes/feed", "", {{"Accept-Language", "de"}});
    CHECK(feed.type == "application/atom+xml; charset=utf-8");
    CHECK(has(feed.body, "<title>First</title>"));
    CHECK(field(feed, "Vary").empty());
}
