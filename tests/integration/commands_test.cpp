// The commands as an admin uses them: exit codes, JSON lines, listings that fit into 80 columns.
#include <nlohmann/json.hpp>

#include "base/text/display_width.hpp"
#include "integration/daemon_fixture.hpp"
#include "support/places.hpp"

using namespace paperround::test;
using nlohmann::json;

namespace {

std::vector<json> json_lines(const std::string& text) {
    std::vector<json> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    return lines;
}

bool fits_80_columns(const std::string& text) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (paperround::display_width(line) > 80) return false;
    }
    return true;
}

struct SentFixture : DaemonFixture {
    SentFixture()
        : server(
              R"({"RCPT": ["250 ok", "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos"]})") {
        configure({.relay_port = server.port(), .connections = 1});
        publish(
            {"A-rather-long-title-of-a-post-about-the-weather-in-the-hills-and-the-valleys-of-the-north"});
        import_readers(2);
        REQUIRE(command({"run", "--once"}).status == 0);
    }
    ScriptedSmtp server;
};

}  // namespace

TEST_CASE_METHOD(SentFixture, "a JSON line of the log has every field of an attempt") {
    const auto lines = json_lines(command({"log", "--json"}).output);
    REQUIRE(lines.size() == 2);
    for (const char* key : {"time", "newsletter", "mailing", "recipient", "attempt", "outcome", "relay",
                            "stage", "code", "enhanced", "text", "message_id", "tls", "ms"}) {
        CAPTURE(key);
        CHECK(lines[1].contains(key));
    }
    CHECK(lines[0]["outcome"] == "accepted");
    CHECK(lines[1]["outcome"] == "rejected_recipient");
    CHECK(lines[1]["recipient"] == "reader2@example.org");
    CHECK(lines[1]["code"] == 550);
    CHECK(lines[1]["enhanced"] == "5.1.1");
    CHECK(lines[1]["stage"] == "rcpt");
    CHECK(server.count("Message-ID: " + lines[0]["message_id"].get<std::string>()) == 1);
}

TEST_CASE_METHOD(SentFixture,
                 "what was asked of the program is listed with who asked and what became of it") {
    REQUIRE(command({"mailings", "retry", "1", "--lift-suppressions"}).status == 0);
    REQUIRE(command({"mailings", "pause", "1"}).status == 0);
    REQUIRE(command({"mailings", "pause", "1"}).status == 65);
    REQUIRE(command({"mailings", "pause", "7"}).status == 65);
    const auto lines = json_lines(command({"actions", "--json", "--limit", "3"}).output);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0]["action"] == "mailings pause");
    CHECK(lines[0]["result"].get<std::string>().starts_with("not_now: "));
    CHECK(lines[1]["result"] == "paused");
    CHECK(lines[1]["subject"] == "mailing 1");
    CHECK_FALSE(lines[1]["actor"].get<std::string>().empty());
    CHECK(lines[2]["action"] == "mailings retry");
    const auto listing = command({"actions"});
    CHECK(listing.output.find("readers import") != std::string::npos);
    CHECK(fits_80_columns(listing.output));
    CHECK(command({"actions", "list"}).status == 64);
}

TEST_CASE_METHOD(SentFixture, "the log is found by recipient, outcome and time") {
    CHECK(json_lines(command({"log", "--json", "--recipient", "reader2@example.org"}).output).size() == 1);
    CHECK(json_lines(command({"log", "--json", "--outcome", "accepted"}).output).size() == 1);
    CHECK(json_lines(command({"log", "--json", "--since", "1h"}).output).size() == 2);
    CHECK(json_lines(command({"log", "--json", "--since", "2999-01-01"}).output).empty());
    CHECK(command({"log", "--since", "yesterday"}).status == 64);
    CHECK(command({"log", "--outcome", "lost"}).status == 64);
}

TEST_CASE_METHOD(SentFixture, "the log shows enhanced codes and zones, and says what cannot match") {
    const auto log = command({"log"}).output;
    CHECK(log.find("550 5.1.1 The email account") != std::string::npos);
    CHECK(json_lines(command({"log", "--json", "-r", "example.org", "-o", "sent,bounced"}).output).size() ==
          2);
    // A line's time, as printed, finds that line.
    const std::string when = log.substr(0, log.find("  "));
    CHECK(json_lines(command({"log", "--json", "--since", when, "--last", "9"}).output).size() >= 1);
    for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
             {"-r", "nobody@example.net"}, {"-m", "99"}, {"-n", "letters"}}) {
        CAPTURE(option);
        const auto asked = command({"log", option, value});
        CHECK(asked.status == 65);
        CHECK(count_lines(asked.errors) == 1);
        CHECK(asked.output.empty());
    }
    const auto nothing = command({"log", "--until", "2020-01-01"});
    CHECK(nothing.status == 0);
    CHECK(nothing.errors == "No attempt on record is so.\n");
}

TEST_CASE_METHOD(DaemonFixture, "what a server writes does not act on the terminal of whoever reads of it") {
    const ScriptedSmtp server(R"({"RCPT": "550 5.1.1 gone \u009b31m\u202eevil"})");
    configure({.relay_port = server.port(), .connections = 1});
    publish({"a"});
    import_readers(1);
    const auto journal = command({"run", "--once"}).errors;
    CHECK(journal.find("550 5.1.1 gone 31mevil") != std::string::npos);
    for (const std::string& text : {journal, command({"log"}).output, command({"log", "--json"}).output,
                                    command({"subscribers", "show", "reader1@example.org"}).output}) {
        CHECK(text.find("31m") != std::string::npos);
        CHECK(text.find("\xc2\x9b") == std::string::npos);
        CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    }
}

TEST_CASE_METHOD(DaemonFixture,
                 "what is deferred is tried again when the running daemon's queue is flushed") {
    const ScriptedSmtp server(R"({"RCPT": ["451 4.7.1 later", "250 ok"]})");
    configure({.relay_port = server.port(), .connections = 1, .retry = "{first: 1h}"});
    publish({"a"});
    import_readers(1);
    auto daemon = start();
    REQUIRE(eventually([&] { return command({"queue"}).output.find("deferred") != std::string::npos; }));
    CHECK(command({"queue", "hold", "--domain", "example.net"}).status == 65);
    CHECK(command({"queue", "hold"}).status == 64);
    const auto held = command({"queue", "hold", "--domain", "example.org", "--json"});
    CHECK(held.status == 0);
    CHECK(json_lines(held.output).at(0) ==
          json{{"action", "hold"}, {"changed", 1}, {"sending", 0}, {"in_doubt", 0}, {"paused", 0}});
    CHECK(command({"queue", "flush"}).output == "0 deliveries are due now\n");
    CHECK(command({"queue", "release", "--address", "reader1@example.org"}).output ==
          "1 delivery is released\n");
    CHECK(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }));
    CHECK(json_lines(command({"log", "--json", "--outcome", "sent"}).output).size() == 1);
    CHECK(server.count("\"message\"") == 1);
    // The script's 354 after the refused RCPT; both commands came in one write.
    CHECK(server.count("\"lone dot\"") == 1);
}

TEST_CASE_METHOD(SentFixture, "a mailing that is over is shown at once, though it is followed") {
    const auto shown = command({"mailings", "show", "1", "--follow"});
    CHECK(shown.status == 0);
    CHECK(shown.output.find("1 of 2 sent, 0 waiting, 1 failed") != std::string::npos);
    CHECK(shown.errors.empty());  // no live line without a terminal
}

TEST_CASE_METHOD(SentFixture, "listings fit 80 columns and keep the server's own words whole") {
    const auto log = command({"log"}).output;
    CHECK(fits_80_columns(log));
    std::string joined = log;
    std::erase(joined, '\n');
    CHECK(joined.find("typos") != std::string::npos);
    for (const char* listing : {"mailings", "posts", "queue"}) {
        CAPTURE(listing);
        const auto shown = command({listing});
        CHECK(shown.status == 0);
        CHECK(fits_80_columns(shown.output));
        CHECK_FALSE(shown.output.empty());
    }
}

TEST_CASE_METHOD(SentFixture, "mailings and posts are JSON lines too") {
    const auto mailings = json_lines(command({"mailings", "--json"}).output);
    REQUIRE(mailings.size() == 1);
    CHECK(mailings[0]["state"] == "done");
    CHECK(mailings[0]["sent"] == 1);
    CHECK(mailings[0]["failed"] == 1);
    const auto posts = json_lines(command({"posts", "--json"}).output);
    REQUIRE(posts.size() == 1);
    CHECK(posts[0]["state"] == "mailed");
}

TEST_CASE_METHOD(SentFixture, "a preview is the email as HTML, as text and as a whole message") {
    CHECK(command({"preview", "latest"}).output.find("<html") != std::string::npos);
    CHECK(command({"preview", "latest", "--format", "text"}).output.find("\nAbout\n") != std::string::npos);
    const auto eml = command({"preview", "latest", "--format", "eml", "--to", "ada@example.org"}).output;
    CHECK(eml.find("To: Ada Reader <ada@example.org>\r\n") != std::string::npos);
    CHECK(eml.find("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") != std::string::npos);
    CHECK(command({"preview", "12345"}).status == 65);
}

TEST_CASE_METHOD(SentFixture,
                 "the letter of a mailing is shown as it went out, whatever its template has become") {
    const auto text = [&](const std::string& what, const std::string& which) {
        return command({"preview", what, which, "--format", "text"}).output;
    };
    const auto letter = text("--mailing", "1");
    CHECK(letter.find("Unsubscribe: http") != std::string::npos);
    std::filesystem::create_directories(dir / "templates/strings");
    dir.write("templates/strings/en.txt", "unsubscribe = Leave now\n");
    configure({.relay_port = server.port(), .connections = 1, .extra = "templates: ./templates"});
    CHECK(text("latest", "--newsletter=notes").find("Leave now: http") != std::string::npos);
    CHECK(text("--mailing", "1") == letter);

    CHECK(command({"preview", "--mailing", "2"}).status == 65);
    CHECK(command({"preview", "--mailing", "1", "--digest"}).status == 64);
    CHECK(command({"preview", "--mailing", "1", "--template", "plain"}).status == 64);
    CHECK(command({"preview", "--mailing", "1", "--send", "ada@example.org"}).status == 64);
}

TEST_CASE_METHOD(DaemonFixture, "check says what will happen") {
    configure({.relay_port = 25});
    publish({"a"});
    import_readers(1240);
    const auto checked = command({"check"});
    CHECK(checked.status == 0);
    CHECK(checked.output.find("notes: 1 source, 1 240 subscribers, immediately, relay main\n") == 0);
}

TEST_CASE_METHOD(DaemonFixture, "check names every problem in one go, with file, line and key, exit 78") {
    const auto file = dir.write("config.yaml",
                                "data_dir: ./data\n"
                                "newsletters:\n"
                                "  notes:\n"
                                "    titel: Notes\n"
                                "    from: not an address\n"
                                "    sources: [{feed: \"https://example.org/f.xml\", every: soon}]\n"
                                "    relay: mian\n"
                                "relays:\n"
                                "  main: {url: \"smtp://127.0.0.1:25\"}\n");
    const auto checked = command({"check"});
    CHECK(checked.status == 78);
    for (const std::string expected : {"config.yaml:4: ", "\"title\"",
                                       "config.yaml:5: ", "config.yaml:6: ", "config.yaml:7: ", "\"main\""}) {
        CAPTURE(expected);
        CHECK(checked.errors.find(expected) != std::string::npos);
    }
}

TEST_CASE_METHOD(DaemonFixture, "a configuration that is not there is one line and exit 78") {
    const auto checked = command({"run"});
    CHECK(checked.status == 78);
    CHECK(count_lines(checked.errors) == 1);
    CHECK(checked.errors.find("config.yaml") != std::string::npos);
}

TEST_CASE_METHOD(DaemonFixture,
                 "a held post is shown with its reason, and mailed when a person approves it") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port(), .backlog = 0});
    publish({"old"});
    import_readers(1);
    REQUIRE(command({"run", "--once"}).status == 0);
    publish({"p1", "p2", "p3", "p4", "p5", "p6", "old"});
    CHECK(command({"run", "--once"}).status == 0);
    CHECK(server.messages().empty());
    const auto held = json_lines(command({"posts", "--state", "held", "--json"}).output);
    REQUIRE(held.size() == 6);
    CHECK_FALSE(held[0]["reason"].get<std::string>().empty());
    CHECK(command({"posts", "approve", std::to_string(held[0]["post"].get<int>())}).status == 0);
    CHECK(command({"posts", "skip", std::to_string(held[1]["post"].get<int>())}).status == 0);
    CHECK(command({"run", "--once"}).status == 0);
    CHECK(server.messages().size() == 1);
    CHECK(json_lines(command({"posts", "--state", "held", "--json"}).output).size() == 4);
}

TEST_CASE_METHOD(DaemonFixture,
                 "a paused mailing sends nothing until it is resumed, and a cancelled one never does") {
    const AiosmtpdServer server({});
    configure({.relay_port = free_port()});
    publish({"paused"});
    import_readers(2);
    REQUIRE(command({"run", "--once"}).status == 75);
    CHECK(command({"mailings", "pause", "1"}).status == 0);
    CHECK(command({"mailings", "pause", "1"}).status == 65);
    CHECK(command({"mailings", "resume", "1"}).status == 0);
    CHECK(command({"mailings", "cancel", "1"}).status == 0);
    CHECK(command({"mailings", "resume", "1"}).status == 65);
    CHECK(command({"mailings", "cancel", "77"}).status == 65);
    CHECK(command({"run", "--once"}).status == 0);
    CHECK(json_lines(command({"mailings", "--json"}).output).at(0)["dropped"] == 2);
}

TEST_CASE_METHOD(DaemonFixture, "subscribers are added, shown, listed, exported and removed") {
    configure({.relay_port = 25});
    CHECK(command({"subscribers", "add", "ada@example.org", "--name", "Ada", "-a", "city=London"}).status ==
          0);
    CHECK(command({"subscribers", "add", "not an address"}).status == 65);
    const auto shown = json_lines(command({"subscribers", "show", "ADA@example.org", "--json"}).output);
    REQUIRE(shown.size() == 1);
    CHECK(shown[0]["attributes"]["city"] == "London");
    CHECK(json_lines(command({"subscribers", "list", "--json"}).output).size() == 1);
    CHECK(command({"subscribers", "export"}).output.find("ada@example.org,Ada,active,") != std::string::npos);
    CHECK(command({"subscribers", "remove", "ada@example.org"}).status == 0);
    CHECK(command({"subscribers", "remove", "ada@example.org"}).status == 65);
    CHECK(command({"subscribers", "add", "ada@example.org"}).status == 65);
    CHECK(command({"subscribers", "add", "ada@example.org", "--again"}).status == 0);
    CHECK(command({"subscribers", "list", "nots"}).errors.find("did you mean \"notes\"") !=
          std::string::npos);
}

TEST_CASE_METHOD(DaemonFixture, "an import reports each bad row and imports everything else") {
    configure({.relay_port = 25});
    const auto file = dir.write(
        "bad.csv",
        "\xEF\xBB\xBF"
        "email,name\r\nada@example.org,\"Ada\r\nLovelace\"\r\nno-at-sign,Bob\r\ncara@example.org,Cara\r\n");
    const auto imported = command({"subscribers", "import", "notes", file.string()});
    CHECK(imported.status == 65);
    CHECK(count_lines(imported.errors) == 1);
    CHECK(imported.errors.find("bad.csv:4: no-at-sign: no @") != std::string::npos);
    CHECK(imported.output.find("3 rows: 2 added") == 0);
}

TEST_CASE_METHOD(DaemonFixture, "an import that says that a reader left cancels what waits for him") {
    configure({.relay_port = free_port()});
    publish({"a"});
    import_readers(2);
    REQUIRE(command({"run", "--once"}).status == 75);
    const auto file = dir.write("left.csv", "email,unsubscribed_at\nreader1@example.org,2026-01-01\n");
    const auto imported = command({"subscribers", "import", "notes", file.string()});
    CHECK(imported.status == 0);
    CHECK(imported.output.find("1 left and read no longer") != std::string::npos);
    CHECK(imported.errors.find("who left is taken from unsubscribed_at") != std::string::npos);
    CHECK(json_lines(command({"mailings", "--json"}).output).at(0)["dropped"] == 1);
    CHECK(command({"subscribers", "import", "notes", file.string(), "--from", "mailchump"}).status == 64);
}

TEST_CASE("help and version need no configuration, and an unknown command is a usage error") {
    CHECK(run({paperround::test::paperround_program(), "--help"}).status == 0);
    CHECK(run({paperround::test::paperround_program(), "version"}).output.find("paperround 0.") == 0);
    const auto typo = run({paperround::test::paperround_program(), "chek"});
    CHECK(typo.status == 64);
    CHECK(typo.errors == "paperround: there is no command \"chek\", did you mean \"check\"?\n");
    const auto verb = run({paperround::test::paperround_program(), "mailings", "pauze", "3"});
    CHECK(verb.status == 64);
    CHECK(verb.errors == "paperround: there is no command \"pauze\" of mailings, did you mean \"pause\"?\n");
    const auto strange = run({paperround::test::paperround_program(), "bake"});
    CHECK(strange.status == 64);
    CHECK(strange.errors.find("there is no command \"bake\": run, check, ") != std::string::npos);
    const auto number = run({paperround::test::paperround_program(), "mailings", "pause", "the last"});
    CHECK(number.status == 64);
    CHECK(number.errors == "paperround: mailing: expected a number, got \"the last\"\n");
    CHECK(run({paperround::test::paperround_program()}).status == 64);
}

TEST_CASE_METHOD(DaemonFixture, "what cannot be written to standard output is said") {
    configure({.relay_port = 25});
    publish({"a"});
    import_readers(3);
    for (const std::string what : {"subscribers export notes", "queue", "check"}) {
        CAPTURE(what);
        const auto finished = run({"sh", "-c", "exec \"$@\" " + what + " >/dev/full", "sh",
                                   paperround_program(), "--config", (dir / "config.yaml").string()});
        CHECK(finished.status == 74);
        CHECK(finished.errors.find("No space left on device") != std::string::npos);
    }
}
