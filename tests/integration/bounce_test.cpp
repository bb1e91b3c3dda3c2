// `bounce read` as an operator uses it: a mailing goes out, and its bounce comes back.
#include <nlohmann/json.hpp>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using nlohmann::json;

namespace {

struct BounceFixture : DaemonFixture {
    // Sends a post to one reader and gives what the relay got.
    std::string sent_letter() {
        const AiosmtpdServer server(AiosmtpdServer::Options{});
        configure({.relay_port = server.port(), .connections = 1});
        publish({"a"});
        import_readers(1);
        REQUIRE(command({"run", "--once"}).status == 0);
        REQUIRE(server.messages().size() == 1);
        return server.messages().front();
    }
    static std::string bounce_of(const std::string& letter, const std::string& to) {
        return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: notes@example.org\nSubject: Undelivered Mail\n"
               "Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_dsn\"\n\n"
               "--=_dsn\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
               "Final-Recipient: rfc822; " +
               to +
               "\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n\n"
               "--=_dsn\nContent-Type: message/rfc822\n\n" +
               letter + "\n--=_dsn--\n";
    }
    json read(const std::string& message) {
        dir.write("bounce.eml", message);
        const auto finished = command({"bounce", "read", (dir / "bounce.eml").string(), "--json"});
        CHECK(finished.errors.empty());
        REQUIRE(finished.status == 0);
        return json::parse(finished.output);
    }
};

std::string without_line(std::string text, const std::string& beginning) {
    const auto at = text.find("\n" + beginning);
    REQUIRE(at != std::string::npos);
    auto end = text.find('\n', at + 1);
    while (end + 1 < text.size() && (text[end + 1] == ' ' || text[end + 1] == '\t'))
        end = text.find('\n', end + 1);
    return text.erase(at, end - at);
}

}  // namespace

TEST_CASE_METHOD(BounceFixture, "the bounce of a letter of ours is read, and its delivery is proved") {
    const std::string letter = sent_letter();
    const json whole = read(bounce_of(letter, "reader1@example.org"));
    CHECK(whole["kind"] == "bounce");
    CHECK(whole["class"] == "hard");
    CHECK(whole["reason"] == "user_unknown");
    CHECK(whole["status"] == "5.1.1");
    CHECK(whole["code"] == 550);
    CHECK(whole["diagnostic"] == "550 5.1.1 user unknown");
    const json ours = {{"mailing", 1}, {"newsletter", "notes"}, {"reader", 1}};
    CHECK(whole["delivery"] == ours);
    // Each proof by itself.
    CHECK(read(bounce_of(without_line(letter, "Message-ID:"), "reader1@example.org"))["delivery"] == ours);
    CHECK(read(bounce_of(without_line(letter, "List-Unsubscribe:"), "reader1@example.org"))["delivery"] ==
          ours);
    // Neither.
    CHECK(read(bounce_of(without_line(without_line(letter, "List-Unsubscribe:"), "Message-ID:"),
                         "reader1@example.org"))["delivery"]
              .is_null());
}

TEST_CASE_METHOD(BounceFixture,
                 "a data directory without key and database proves nothing, and is left as it is") {
    configure({.relay_port = 25});
    std::filesystem::create_directory(dir / "data");
    CHECK(
        read(bounce_of("Message-ID: <k.1@example.org>\n\nx\n", "ada@reader.example"))["delivery"].is_null());
    CHECK(std::filesystem::is_empty(dir / "data"));
}

TEST_CASE_METHOD(BounceFixture, "a bounce is read from standard input, and printed for a person") {
    configure({.relay_port = 25});
    const auto finished =
        command({"bounce", "read", "-"}, bounce_of("Subject: x\n\nx\n", "ada@reader.example"));
    CHECK(finished.status == 0);
    CHECK_THAT(finished.output, Catch::Contains("hard") && Catch::Contains("user_unknown") &&
                                    Catch::Contains("ada@reader.example"));
}

TEST_CASE_METHOD(BounceFixture, "a file that is too large is refused without being read") {
    configure({.relay_port = 25});
    const auto file = dir / "large.eml";
    dir.write("large.eml", "From: a@b.example\n\n");
    std::filesystem::resize_file(file, std::uintmax_t{100} << 30U);  // more than there is memory for
    const auto finished = command({"bounce", "read", file.string()});
    CHECK(finished.status == 65);
    CHECK_THAT(finished.errors, Catch::Contains("at most 10 MiB"));
}

TEST_CASE_METHOD(BounceFixture, "what cannot be read ends with a code that says why") {
    configure({.relay_port = 25});
    CHECK(command({"bounce", "read", (dir / "missing.eml").string()}).status == 66);
    CHECK(command({"bounce", "read", "-"}, "no message\n").status == 65);
    CHECK(command({"bounce"}).status == 64);
    dir.write("config.yaml", "nonsense: true\n");
    CHECK(command({"bounce", "read", "-"}, "From: a@b.example\n\n").status == 78);
}
