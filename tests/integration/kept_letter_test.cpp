// What was sent is stored: all copies of a mailing are the same, even if its template changes meanwhile.
#include <csignal>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;

namespace {

struct KeptLetter : DaemonFixture {
    // The installed template, with a mark at the top of both parts.
    void write_template(const std::string& mark) const {
        const auto installed = std::filesystem::path(source_folder()) / "templates" / "default";
        for (const char* part : {"message.txt.mustache", "message.html.mustache", "style.css"}) {
            std::string text = slurp(installed / part);
            if (std::string_view(part) == "message.txt.mustache") text.insert(0, "Text-" + mark + "\n\n");
            if (const auto body = text.find("<body"); body != std::string::npos)
                text.insert(text.find('>', body) + 1, "\n<p>Page-" + mark + "</p>\n");
            dir.write(std::string("templates/mine/") + part, text);
        }
    }

    // Half of `readers` get it, then the template changes and is reloaded; then the daemon is killed, and
    // started again.
    void change_in_the_middle(std::size_t readers, const std::string& rate) {
        const ScriptedSmtp sink("{}");
        write_template("One");
        configure({.relay_port = sink.port(),
                   .relay_extra = ", rate: " + rate,
                   .retry = "{first: 1s, most: 1s}",
                   .extra = "templates: ./templates",
                   .newsletter = "template: mine"});
        publish({"a"});
        import_readers(static_cast<int>(readers));
        const auto sent = [&] { return sink.count("\"message\""); };
        auto first = start();
        REQUIRE(eventually([&] { return sent() > readers / 4; }, 60s));
        write_template("Two");
        first.signal(SIGHUP);
        REQUIRE(eventually([&] { return first.errors().find("<6>reloaded") != std::string::npos; }));
        REQUIRE(eventually([&] { return sent() > readers / 2; }, 60s));
        REQUIRE(sent() < readers);
        first.signal(SIGKILL);
        static_cast<void>(first.wait(10s));

        auto second = start();
        REQUIRE(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }, 120s));
        second.signal(SIGTERM);
        CHECK(second.wait(60s) == 0);
        CHECK(sent() >= readers);  // doubts were sent once more
        CHECK(sink.count("Text-One") == sent());
        CHECK(sink.count("Page-One") == sent());
        CHECK(sink.count("Text-Two") + sink.count("Page-Two") == 0);
        CHECK(count_lines(command({"log", "--json", "--outcome", "accepted"}).output) == readers);

        const auto shown = command({"preview", "--mailing", "1", "--format", "eml"}).output;
        CHECK(shown.find("Text-One") != std::string::npos);
        CHECK(shown.find("Page-One") != std::string::npos);
        CHECK(shown.find("-Two") == std::string::npos);
    }
};

}  // namespace

// Takes some seconds: the mailing must be slow enough to have a middle.
TEST_CASE_METHOD(KeptLetter, "a template that changes in the middle of a mailing changes nothing of it") {
    change_in_the_middle(200, "60/s");
}

TEST_CASE_METHOD(KeptLetter,
                 "a template that changes in the middle of a mailing to 2 000 changes nothing of it",
                 "[.][long]") {
    change_in_the_middle(2000, "300/s");
}
