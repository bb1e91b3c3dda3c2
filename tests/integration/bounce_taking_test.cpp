// What comes back reaches the daemon by a Maildir, and by an MTA's pipe.
#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "integration/daemon_fixture.hpp"
#include "support/seeded_random.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string field_of(const std::string& letter, const std::string& name) {
    const auto at = letter.find("\n" + name + ": ");
    REQUIRE(at != std::string::npos);
    auto end = letter.find('\n', at + 1);
    while (letter[end + 1] == ' ' || letter[end + 1] == '\t') end = letter.find('\n', end + 1);
    return letter.substr(at + 1, end - at - 1);
}

struct TakingFixture : DaemonFixture {
    // Sends a post to so many readers.
    void send_to(int readers, const std::string& extra = {}) {
        server.emplace(AiosmtpdServer::Options{});
        configure({.relay_port = server->port(), .connections = 1, .extra = extra});
        publish({"a"});
        import_readers(readers);
        REQUIRE(command({"run", "--once"}).status == 0);
        REQUIRE(server->messages().size() == static_cast<std::size_t>(readers));
    }
    static std::string bounce_of(const std::string& quoted, const std::string& to) {
        return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: notes@example.org\nSubject: Undelivered Mail\n"
               "Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_dsn\"\n\n"
               "--=_dsn\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
               "Final-Recipient: rfc822; " +
               to +
               "\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n\n"
               "--=_dsn\nContent-Type: message/rfc822\n\n" +
               quoted + "\n--=_dsn--\n";
    }
    std::string bounce_of_letter(std::size_t number) const {
        return bounce_of(server->messages().at(number), "somebody@example.org");
    }
    Finished take(const std::string& mail) const { return command({"bounce", "take"}, mail); }
    std::vector<json> reports() const {
        std::vector<json> found;
        const auto listed = command({"reports", "--json", "--limit", "100000"});
        REQUIRE(listed.status == 0);
        std::istringstream lines(listed.output);
        for (std::string line; std::getline(lines, line);) found.push_back(json::parse(line));
        return found;
    }
    json mailing() const { return json::parse(command({"mailings", "show", "1", "--json"}).output); }

    std::optional<AiosmtpdServer> server;
};

// Kills the daemon (SIGKILL) while it takes reports from a Maildir: of four mails one is a bounce, one a complaint, one
// proves nothing, and one is no mail.
struct KilledFixture : TakingFixture {
    static constexpr int mails_of_a_life = 120;

    std::string mail_of(int number, const std::vector<std::string>& letters) const {
        const std::string own = "X-Number: " + std::to_string(number) + "\n";
        const std::string& letter = letters.at(static_cast<std::size_t>(number / 2));
        switch (number % 4) {
            case 0:
                return bounce_of(letter, "somebody@example.org");
            case 1:
                return bounce_of(own + "\nx\n", "somebody@example.org");
            case 2:
                return "From: fbl@provider.example\nTo: notes@example.org\nSubject: complaint\n"
                       "Content-Type: multipart/report; report-type=feedback-report; boundary=B\n\n"
                       "--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n"
                       "--B\nContent-Type: message/rfc822\n\n" +
                       letter + "\n--B--\n";
            default:
                return "no mail " + own;
        }
    }
    [[nodiscard]] std::size_t waiting() const {
        const fs::directory_iterator mails(dir / "mail/new");
        return static_cast<std::size_t>(std::distance(begin(mails), end(mails)));
    }
    // Each life begins with more mails and ends at a random moment of their taking; the last one may finish.
    void live_through(int kills) {
        const int mails = (kills + 1) * mails_of_a_life;
        send_to(mails / 2, "bounces: {mailboxes: [{maildir: ./mail}]}");
        for (const char* part : {"new", "cur", "tmp"}) fs::create_directories(dir / "mail" / part);
        const auto letters = server->messages();
        SeededRandom random;
        int interrupted = 0;
        for (int number = 0; number < mails;) {
            for (int i = 0; i < mails_of_a_life; ++i, ++number) {
                dir.write("mail/tmp/mail", mail_of(number, letters));
                fs::rename(dir / "mail/tmp/mail", dir / ("mail/new/" + std::to_string(number)));
            }
            auto daemon = start();
            if (number == mails) {
                CHECK(eventually([this] { return waiting() == 0; }));
                daemon.signal(SIGTERM);
                CHECK(daemon.wait() == 0);
                continue;
            }
            // Some mails are moved already, and a little later others of the same or of the next transaction may be.
            const std::size_t some = waiting() - 1 - random.next() % (mails_of_a_life / 2);
            REQUIRE(eventually([&] { return waiting() <= some; }));
            static_cast<void>(
                eventually([this] { return waiting() == 0; }, std::chrono::milliseconds(random.next() % 20)));
            interrupted += waiting() > 0 ? 1 : 0;
            daemon.signal(SIGKILL);
            REQUIRE(daemon.wait() == 128 + SIGKILL);
        }
        CHECK(interrupted > kills / 2);
        std::map<std::string, int> counts;
        std::istringstream lines(command({"reports", "counts", "--json"}).output);
        for (std::string line; std::getline(lines, line);) {
            const json count = json::parse(line);
            counts[count["effect"]] += count["count"].get<int>();
        }
        CHECK(counts == std::map<std::string, int>{{"suppressed", mails / 4},
                                                   {"unproved", mails / 4},
                                                   {"complained", mails / 4},
                                                   {"unreadable", mails / 4}});
        CHECK(mailing()["failed"] == mails / 4);
        CHECK(count_lines(command({"suppressions", "list", "--json"}).output) ==
              static_cast<std::size_t>(mails / 2));
    }
};

}  // namespace

TEST_CASE_METHOD(TakingFixture,
                 "a bounce from a pipe suppresses its reader, and the log and the counts show it") {
    send_to(2);
    CHECK(take(bounce_of_letter(0)).status == 0);
    const auto found = reports();
    REQUIRE(found.size() == 1);
    CHECK(found[0]["effect"] == "suppressed");
    CHECK(found[0]["source"] == "pipe");
    CHECK(found[0]["delivery"]["mailing"] == 1);
    CHECK(mailing()["sent"] == 1);
    CHECK(mailing()["failed"] == 1);
    CHECK_THAT(command({"log", "--outcome", "bounced-later"}).output, Catch::Contains("user unknown"));
    CHECK_THAT(command({"reports", "show", "1"}).output,
               Catch::Contains("suppressed") && Catch::Contains("=_dsn"));
    CHECK_THAT(command({"reports", "shares"}).output, Catch::Contains("50.00 %"));
    CHECK_THAT(command({"reports", "counts"}).output, Catch::Contains("suppressed"));
}

TEST_CASE_METHOD(TakingFixture, "what is not taken is to be handed over again") {
    send_to(1);
    const std::string bounce = bounce_of_letter(0);
    fs::rename(dir / "data/secret.key", dir / "away.key");
    const auto without_key = take(bounce);
    CHECK(without_key.status == 75);
    CHECK_THAT(without_key.errors, Catch::Contains("secret.key"));
    fs::rename(dir / "away.key", dir / "data/secret.key");
    const std::string config = slurp(dir / "config.yaml");
    dir.write("config.yaml", "nonsense: true\n");
    CHECK(take(bounce).status == 75);
    dir.write("config.yaml", config);
    CHECK(reports().empty());
    CHECK(take(bounce).status == 0);
    CHECK(reports().size() == 1);
}

TEST_CASE_METHOD(TakingFixture, "what cannot be read is kept, and the MTA is done with it") {
    send_to(1);
    CHECK(take("no mail\n").status == 0);
    CHECK(take("no mail\n").status == 0);
    CHECK(take("From: a@b.example\n\n" + std::string(20U << 20U, 'x')).status == 0);
    std::size_t kept = 0;
    for (const auto& entry : fs::directory_iterator(dir / "data/unreadable")) {
        ++kept;
        CHECK(entry.file_size() <= 1U << 20U);
    }
    CHECK(kept == 2);
    CHECK_THAT(command({"reports", "counts", "--json"}).output, Catch::Contains("\"count\":2"));
}

TEST_CASE_METHOD(TakingFixture,
                 "with a domain each copy has a return path and an address to leave of its own") {
    send_to(2, "bounces: {domain: bounce.example.org}");
    const auto letters = server->messages();
    const std::string sender = field_of(letters[1], "X-MailFrom");
    const std::string path = sender.substr(sender.find(' ') + 1);
    CHECK_THAT(path, Catch::EndsWith("@bounce.example.org"));
    CHECK(path.find('@') <= 64);
    CHECK(path != field_of(letters[0], "X-MailFrom").substr(sender.find(' ') + 1));
    // What a server quotes nothing of is proved by where it comes to.
    const std::string blind = bounce_of("Subject: x\n\nx\n", "somebody@example.org");
    CHECK(command({"bounce", "take", "--recipient", path}, blind).status == 0);
    CHECK(reports().front()["effect"] == "suppressed");
    const std::string first = field_of(letters[0], "List-Unsubscribe");
    CHECK(first != field_of(letters[1], "List-Unsubscribe"));
    const auto at = first.find("<mailto:");
    REQUIRE(at != std::string::npos);
    const std::string address = first.substr(at + 8, first.find('?', at) - at - 8);
    CHECK_THAT(address, Catch::EndsWith("@bounce.example.org"));
    // A mail client's button, and one whose mail system shouts.
    std::string local = address.substr(0, address.find('@'));
    std::ranges::transform(local, local.begin(), ::toupper);
    CHECK(take("From: Reader <reader1@example.org>\nTo: " + local +
               "@bounce.example.org\nSubject: unsubscribe\n\n")
              .status == 0);
    CHECK(reports().front()["effect"] == "unsubscribed");
}

TEST_CASE_METHOD(KilledFixture, "the daemon takes what lies in a Maildir and lives through kills") {
    live_through(3);
}

TEST_CASE_METHOD(KilledFixture, "50 kills while reports are taken lose none, and none is counted twice",
                 "[.][long]") {
    live_through(50);
}
