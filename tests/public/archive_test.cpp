#include "public/archive.hpp"

#include "public/archive_feed.hpp"
#include "public/archive_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {
using Archived = test::ArchiveFixture;
}  // namespace

TEST_CASE("a reader gets the first of his languages that there is an edition in") {
    const std::vector<std::string> there{"", "de", "pt-br"};
    const auto chosen = [&](std::string_view languages) {
        return pages::edition_for(there, languages, "en");
    };
    CHECK(chosen("de") == "de");
    CHECK(chosen("de-AT;q=0.9, en") == "de");
    CHECK(chosen("fr, pt_BR") == "pt-br");
    CHECK(chosen("pt") == "");  // no edition is in it
    CHECK(chosen("en-GB, de") == "");
    CHECK(chosen(",, ;q=1,de") == "de");
    CHECK(chosen("") == "");
    CHECK(pages::edition_for({}, "de", "en") == "");
}

TEST_CASE_METHOD(Archived, "a list has the subjects in the reader's language, the newest first") {
    const auto first = send("notes", "First", {"de"});
    clock.advance(1h);
    const auto second = send("notes", "Second");
    static_cast<void>(plan("notes", "Not begun"));
    static_cast<void>(send("other", "Another's"));
    const auto list = archive.list(notes(), 10, std::nullopt, "de,en");
    REQUIRE(list.size() == 2);
    CHECK(list[0].mailing == second);
    CHECK(list[0].title == "Second");
    CHECK(list[0].sent == clock.now());
    CHECK(list[1].title == "First de");
    CHECK(archive.list(notes(), 1, second, "en").front().mailing == first);
}

TEST_CASE_METHOD(Archived,
                 "a letter is that of the newsletter that sent it, and of nobody who did not begin") {
    const auto sent_one = send("notes", "First", {"de"});
    const auto planned = plan("notes", "Not begun");
    const auto others = send("other", "Another's");
    REQUIRE(archive.letter(notes(), sent_one, "de"));
    CHECK(archive.letter(notes(), sent_one, "de")->edition == edition("First de", "hello de"));
    CHECK(archive.letter(notes(), sent_one, "de")->language == "de");
    CHECK(archive.letter(notes(), sent_one, "fr")->edition == edition("First", "hello"));
    CHECK(archive.letter(notes(), sent_one, "fr")->language == "en");
    CHECK_FALSE(archive.letter(notes(), planned, "en"));
    CHECK_FALSE(archive.letter(notes(), others, "en"));
    CHECK_FALSE(archive.letter(notes(), 99, "en"));
}

TEST_CASE_METHOD(Archived, "a picture is found by its name in the letters that have it") {
    const auto sea =
        email::inline_picture(std::string("\x89PNG\0sea", 8), "image/png", "sea.png", "example.org");
    const auto with = plan("notes", "With");
    const auto without = send("notes", "Without");
    editions->keep_pictures(with, email::pack(email::InlinePictures{sea}));
    const std::string name = sea.id.substr(0, sea.id.find('@'));
    CHECK_FALSE(archive.picture(notes(), with, name));  // nothing was sent yet
    sent->note_sent(with, clock.now());
    const auto found = archive.picture(notes(), with, name);
    REQUIRE(found);
    CHECK(found->type == "image/png");
    CHECK(found->octets == std::string("\x89PNG\0sea", 8));
    CHECK_FALSE(archive.picture(notes(), with, ""));
    CHECK_FALSE(archive.picture(notes(), with, "sea.png"));
    CHECK_FALSE(archive.picture(notes(), without, name));
    CHECK_FALSE(archive.picture(settings.newsletters[1], with, name));
}

TEST_CASE_METHOD(Archived, "a letter that cannot be read is an error, and no page") {
    const auto id = mailings
                        ->create_mailing({.newsletter = "notes",
                                          .post_id = 900,
                                          .title = "t",
                                          .key = "k",
                                          .not_before = clock.now(),
                                          .further_posts = {}},
                                         clock.now())
                        .value();
    sent->note_sent(id, clock.now());
    CHECK_FALSE(archive.letter(notes(), id, "en"));  // none was kept
    editions->keep(id, {{"", {"garbage", "x"}}});
    CHECK_THROWS_WITH(archive.letter(notes(), id, "en"), Catch::Contains("that was kept cannot be read"));
}

TEST_CASE_METHOD(Archived,
                 "a feed names its letters so that they stay the same ones, and escapes what they say") {
    const std::vector<pages::PastLetter> letters{
        {.mailing = 12, .title = "On <b> & \"more\"\x01", .sent = from_millis(1'767'225'600'000)}};
    const std::string feed = pages::archive_feed(settings, notes(), letters);
    CHECK(
        feed ==
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n"
        "<id>https://news.example.org/a/notes</id>\n"
        "<title>Field Notes</title>\n"
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://news.example.org/a/notes/feed\"/>\n"
        "<link rel=\"alternate\" type=\"text/html\" href=\"https://news.example.org/a/notes\"/>\n"
        "<updated>2026-01-01T00:00:00Z</updated>\n"
        "<author><name>Field Notes</name></author>\n"
        "<entry>\n"
        "<id>tag:example.org,2026-01-01:notes/12</id>\n"
        "<title>On &lt;b&gt; &amp; &quot;more&quot;</title>\n"
        "<link rel=\"alternate\" type=\"text/html\" href=\"https://news.example.org/a/notes/12\"/>\n"
        "<published>2026-01-01T00:00:00Z</published>\n"
        "<updated>2026-01-01T00:00:00Z</updated>\n"
        "</entry>\n"
        "</feed>\n");
    CHECK(pages::archive_feed(settings, notes(), {}).ends_with("</author>\n</feed>\n"));
}
