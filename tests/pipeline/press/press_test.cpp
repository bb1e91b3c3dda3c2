#include "pipeline/press/press.hpp"

#include <thread>

#include "db/raw_sql.hpp"
#include "email/edition.hpp"
#include "pipeline/fixture.hpp"
#include "queue/store/edition_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/press_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::PipelineFixture;

namespace {

// A planned mailing without readers.
struct Planned : PipelineFixture {
    Planned() {
        use_relay(1);
        static_cast<void>(open());
        run_once();
        REQUIRE(mailing().state == queue::MailingState::done);
    }
    queue::Mailing mailing() const {
        auto database = open();
        return queue::MailingStore(database).mailing(1).value();
    }
    // A start after the process ended in the middle of the first letter.
    void die_in_press_and_start() {
        {
            auto database = open();
            db::RawSql(database).execute("UPDATE mailings SET state = 2");
            test::Committing<queue::PressStore>(database)->press_begins(1);
        }
        static_cast<void>(make_service());
    }
    std::int64_t in_press() const {
        auto database = open();
        auto query = db::RawSql(database).prepare("SELECT count(*) FROM mailings_in_press");
        query.step();
        return query.integer(0);
    }
};

}  // namespace

TEST_CASE_METHOD(Planned, "many who want the same mailing get one copy of it") {
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    std::vector<std::shared_ptr<const pipeline::Printed>> copies(8);
    {
        std::vector<std::jthread> threads;
        for (auto& copy : copies) threads.emplace_back([&] { copy = press.printed(1).value(); });
    }
    for (const auto& copy : copies) CHECK(copy == copies.front());
}

TEST_CASE_METHOD(Planned, "a mailing is noted as in the press until a letter was made of it") {
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    const auto printed = press.printed(1).value();
    CHECK(in_press() == 1);
    press.proved(*printed);
    CHECK(in_press() == 0);
}

TEST_CASE_METHOD(Planned,
                 "a letter that is kept and waits for its relay is not noted until a copy is asked for") {
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    CHECK_FALSE(press.make_ahead(1).has_value());
    CHECK(in_press() == 0);
    const auto printed = press.printed(1).value();
    CHECK(in_press() == 1);
    press.proved(*printed);
    CHECK(in_press() == 0);
}

TEST_CASE_METHOD(Planned, "a clean end leaves no mailing noted as in the press") {
    {
        pipeline::Press press(open(), settings, surroundings().installed_templates);
        REQUIRE(press.printed(1).has_value());
    }
    CHECK(in_press() == 0);
}

TEST_CASE_METHOD(Planned, "the letter is in the database before its first copy can be made") {
    auto database = open();
    test::Committing<queue::EditionStore> store(database);
    CHECK(store->languages(1).empty());
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    const auto printed = press.printed(1).value();
    CHECK(store->languages(1) == std::set<std::string>{""});
    CHECK(email::unpack(store->find(1, "").value()) == printed->rendered.edition());
}

TEST_CASE_METHOD(Planned, "a post without a link is read online in the archive, where there is one") {
    const auto set_link = [&](const std::string& link) {
        auto database = open();
        db::RawSql(database).execute("UPDATE posts SET link = '" + link + "'");
    };
    set_link("");
    const auto html = [&] {
        auto database = open();
        db::RawSql(database).execute("DELETE FROM editions");
        pipeline::Press press(open(), settings, surroundings().installed_templates);
        return press.printed(1).value()->rendered.edition().html;
    };
    const std::string url = settings.public_url + "/a/" + settings.newsletters.front().name + "/1";
    CHECK(html().find(url) == std::string::npos);
    settings.newsletters.front().archive = true;
    CHECK(html().find("href=\"" + url + "\"") != std::string::npos);
    const auto of_kind = [&](const std::string& kind) {
        auto database = open();
        db::RawSql(database).execute("UPDATE mailings SET kind = " + kind);
        return html().find(url) != std::string::npos;
    };
    CHECK_FALSE(of_kind("2"));  // a welcome letter is not in the archive
    CHECK(of_kind("0"));
    set_link("https://example.org/post");
    CHECK(html().find(url) == std::string::npos);
}

TEST_CASE_METHOD(Planned, "the subject of each edition is kept for lists") {
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    const auto printed = press.printed(1).value();
    auto database = open();
    auto query = db::RawSql(database).prepare("SELECT subject FROM edition_subjects WHERE mailing_id = 1");
    REQUIRE(query.step());
    CHECK(query.text(0) == printed->rendered.subject());
}

TEST_CASE_METHOD(Planned,
                 "a changed template, newsletter or post changes nothing of a mailing that has begun") {
    subscribe(2);
    const auto first = [&] {
        pipeline::Press press(open(), settings, surroundings().installed_templates);
        return press.printed(1).value()->rendered.edition();
    }();
    settings.newsletters.front().title = "Another Title";
    settings.newsletters.front().from.address = "other@example.org";
    settings.templates = dir / "templates";
    std::filesystem::create_directories(dir / "templates/default");
    dir.write("templates/default/message.txt.mustache", "{{ broken");
    auto database = open();
    db::RawSql(database).execute("UPDATE posts SET title = 'changed'");
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    const auto printed = press.printed(1).value();
    CHECK(printed->rendered.edition() == first);
    CHECK(printed->newsletter.from.address == "notes@example.org");
}

namespace {

// A folder with one post that shows a picture; its mailing is planned.
struct WithPicture : PipelineFixture {
    WithPicture() {
        dir.write("posts/a.md", "# A\n\n![A boat](img/boat.jpg)\n");
        dir.write("posts/img/boat.jpg", picture);
        for (const char* file : {"posts/a.md", "posts/img/boat.jpg"})
            std::filesystem::last_write_time(dir / file, std::filesystem::file_time_type::clock::now() - 1h);
        settings.newsletters.front().sources = {
            {.kind = config::SourceKind::folder, .location = (dir / "posts").string(), .backlog = 1}};
        use_relay(1);
        static_cast<void>(open());
        run_once();
    }
    std::string letter() {
        std::vector<std::string> said;
        pipeline::Press press(open(), settings, surroundings().installed_templates,
                              [&](const queue::Mailing&, const auto& lines) { said = lines; });
        const auto printed = press.printed(1).value();
        lost = said;
        return email::compose(printed->rendered, {.message_id = "<a@example.org>"});
    }
    std::string picture = "\xFF\xD8\xFF\xE0 a boat";
    std::vector<std::string> lost;
};

}  // namespace

TEST_CASE_METHOD(WithPicture,
                 "a picture beside a post that changes or goes changes nothing of a mailing under way") {
    subscribe(1);
    const std::string first = letter();
    CHECK(first.find("Content-Type: image/jpeg;") != std::string::npos);
    CHECK(lost.empty());
    dir.write("posts/img/boat.jpg", "\xFF\xD8\xFF\xE0 another");
    CHECK(letter() == first);
    std::filesystem::remove_all(dir / "posts");
    CHECK(letter() == first);
    CHECK(lost.empty());
}

TEST_CASE_METHOD(WithPicture, "a picture that is gone when the mail is made leaves its words, and is named") {
    std::filesystem::remove(dir / "posts/img/boat.jpg");
    const std::string made = letter();
    CHECK(made.find("image/jpeg") == std::string::npos);
    CHECK(made.find("A boat") != std::string::npos);
    CHECK(lost ==
          std::vector<std::string>{"the picture img/boat.jpg is not there: it is left out, its words stay"});
}

TEST_CASE_METHOD(WithPicture, "all languages of a mailing share its pictures in memory") {
    {
        auto database = open();
        test::Committing<audience::AudienceStore>(database)->subscribe(
            "notes", {.address = "b@example.org", .attributes = {{"language", "de"}}}, clock.now(), "test");
    }
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    const auto english = press.printed(1).value();
    const auto german = press.printed(1, "de").value();
    CHECK(english != german);
    CHECK(&english->rendered.pictures() == &german->rendered.pictures());
    CHECK(english->rendered.pictures().size() == 1);
}

TEST_CASE_METHOD(Planned, "a mailing is kept in the languages that its readers are known to read") {
    {
        auto database = open();
        test::Committing<audience::AudienceStore> audience(database);
        for (const auto& [name, language] : std::vector<std::pair<std::string, std::string>>{
                 {"a", "fr-CA"}, {"b", "DE"}, {"c", "xx"}, {"d", "fr"}})
            audience->subscribe("notes",
                                {.address = name + "@example.org", .attributes = {{"language", language}}},
                                clock.now(), "test");
    }
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    REQUIRE(press.printed(1).has_value());
    auto database = open();
    CHECK(queue::EditionStore(database).languages(1) == std::set<std::string>{"", "de", "fr"});
    CHECK(press.printed(1, "de-AT").value() != press.printed(1).value());
    // A reader whose language was not known then reads the newsletter's language.
    CHECK(press.printed(1, "it").value() == press.printed(1).value());
}

TEST_CASE_METHOD(Planned, "a letter that cannot be read any more is refused in those words") {
    {
        pipeline::Press press(open(), settings, surroundings().installed_templates);
        REQUIRE(press.printed(1).has_value());
    }
    auto damaged = open();
    db::RawSql(damaged).execute("UPDATE editions SET content = x'00'");
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    CHECK(press.printed(1).error().message.find("is the database damaged?") != std::string::npos);
}

TEST_CASE_METHOD(Planned,
                 "nothing is rendered once a stop interrupts the press, and no mailing is to blame") {
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    press.interrupt();
    const auto printed = press.printed(1);
    REQUIRE_FALSE(printed.has_value());
    CHECK(printed.error().code == pipeline::PrintError::Code::interrupted);
    CHECK(in_press() == 0);
}

TEST_CASE_METHOD(PipelineFixture,
                 "a stop does not wait for a rendering, and its mailing waits for the next start") {
    // More work than allowed: the mailing would be paused if the rendering went on.
    std::string rules;
    for (int i = 0; i < 120; ++i) rules += "i p{color:red}";
    std::string paragraphs;
    for (int i = 0; i < 60'000; ++i) paragraphs += "<p>x";
    dir.write("feed.xml",
              "<rss version=\"2.0\"><channel><title>Site</title><item><guid>first</guid><title>Heavy</title>"
              "<description><![CDATA[<style>" +
                  rules + "</style>" + paragraphs + "]]></description></item></channel></rss>");
    use_relay(1);
    static_cast<void>(open());
    subscribe(3);
    const auto in_press = [&] {
        auto database = open();
        auto query = db::RawSql(database).prepare("SELECT count(*) FROM mailings_in_press");
        query.step();
        return query.integer(0) > 0;
    };
    auto service = make_service();
    service->start();
    REQUIRE(test::eventually(in_press));
    CHECK(service->drain());
    CHECK_FALSE(in_press());
    CHECK(log().empty());
    CHECK_FALSE(events.has("paused"));
    auto database = open();
    CHECK(queue::MailingStore(database).mailing(1)->state == queue::MailingState::fanning);
}

TEST_CASE_METHOD(Planned,
                 "a mailing during which the process ended twice in a row is paused, with that reason") {
    die_in_press_and_start();
    CHECK(mailing().state == queue::MailingState::sending);
    die_in_press_and_start();
    CHECK(mailing().state == queue::MailingState::paused);
    CHECK(mailing().pause_reason.find("ended twice while it was making this mailing") != std::string::npos);
    CHECK(events.has("paused: the daemon ended twice"));
}

TEST_CASE_METHOD(Planned, "a letter made in between says that the mailing did not end the process") {
    die_in_press_and_start();
    {
        pipeline::Press press(open(), settings, surroundings().installed_templates);
        press.proved(*press.printed(1).value());
    }
    die_in_press_and_start();
    CHECK(mailing().state == queue::MailingState::sending);
}
