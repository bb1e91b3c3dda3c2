// Mail that a real mail system could not deliver: Postfix accepts it, Dovecot does not want it, and what Postfix reports
// back is collected over IMAP and POP3.
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "integration/daemon_fixture.hpp"
#include "support/mail_server.hpp"

using namespace paperround::test;
using nlohmann::json;

namespace {

// Two newsletters with a sender's domain and a mailbox each: "notes" with IMAP, "news" with POP3.
struct PostOfficeFixture : DaemonFixture {
    PostOfficeFixture() {
        dir.write("password", "p\n");
        std::filesystem::permissions(dir / "password", std::filesystem::perms::owner_read);
        publish({"a"});
        dir.write("config.yaml",
                  fmt::format(R"(data_dir: ./data
public_url: http://127.0.0.1:{http}
http: {{listen: "127.0.0.1:{http}"}}
bounces:
  mailboxes:
    - {{url: "imap://localhost:{imap}", username: notes, password_file: ./password, tls: required, ca_file: "{ca}"}}
    - {{url: "pop3://localhost:{pop3}", username: news, password_file: ./password, tls: required, ca_file: "{ca}"}}
relays:
  main: {{url: "smtp://127.0.0.1:{smtp}", tls: never}}
newsletters:
  notes:
    title: Field Notes
    from: notes@notes.example
    bounce_domain: bounce.notes.example
    sources: [{{feed: "file://{feed}", backlog: 1}}]
  news:
    title: News
    from: news@news.example
    bounce_domain: bounce.news.example
    sources: [{{feed: "file://{feed}", backlog: 1}}]
)",
                              fmt::arg("http", free_port()), fmt::arg("imap", imap), fmt::arg("pop3", pop3),
                              fmt::arg("smtp", office.port()), fmt::arg("ca", authority.ca().string()),
                              fmt::arg("feed", (dir / "feed.xml").string())));
    }
    void import(const std::string& newsletter, const std::vector<std::string>& names) const {
        std::string csv = "email\n";
        for (const std::string& name : names) csv += name + "@readers.example\n";
        dir.write("readers.csv", csv);
        REQUIRE(command({"subscribers", "import", newsletter, (dir / "readers.csv").string()}).status == 0);
    }
    std::size_t mails_of(const std::string& user) const {
        std::size_t count = 0;
        for (const char* part : {"new", "cur"}) {
            std::error_code none;
            const auto folder = office.maildir() / user / part;
            for ([[maybe_unused]] const auto& mail : std::filesystem::directory_iterator(folder, none))
                ++count;
        }
        return count;
    }
    std::vector<json> lines(const std::vector<std::string>& words) const {
        const auto listed = command(words);
        REQUIRE(listed.status == 0);
        std::vector<json> found;
        std::istringstream text(listed.output);
        for (std::string line; std::getline(text, line);) found.push_back(json::parse(line));
        return found;
    }

    TestAuthority authority;
    std::uint16_t imap = free_port();
    std::uint16_t pop3 = free_port();
    MailServer office{
        MailServer::Product::post_office,
        {.authority = &authority,
         .refuse = {},
         .set = {"names=notes,news", fmt::format("imap={}", imap), fmt::format("pop3={}", pop3)}}};
};

}  // namespace

TEST_CASE_METHOD(
    PostOfficeFixture,
    "reports of Postfix, collected over IMAP and POP3, suppress who is unknown and nobody else") {
    import("notes", {"fine+1", "unknown1", "full+1", "refusing+1", "unknown2"});
    import("news", {"fine+2", "unknown3", "full+2", "refusing+2"});
    REQUIRE(command({"run", "--once"}).status == 0);
    INFO(office.log());
    REQUIRE(
        eventually([&] { return mails_of("notes") == 4 && mails_of("news") == 3 && mails_of("fine") == 2; }));
    auto daemon = start();
    REQUIRE(eventually([&] { return mails_of("notes") + mails_of("news") == 0; }));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);

    std::set<std::string> effects;
    std::set<std::string> sources;
    for (const json& report : lines({"reports", "--json"})) {
        effects.insert(report["recipient"].get<std::string>() + ": " + report["effect"].get<std::string>());
        sources.insert(report["delivery"]["newsletter"].get<std::string>() + " by " +
                       report["source"].get<std::string>());
    }
    CHECK(effects == std::set<std::string>{
                         "unknown1@readers.example: suppressed", "unknown2@readers.example: suppressed",
                         "unknown3@readers.example: suppressed", "full+1@readers.example: counted",
                         "full+2@readers.example: counted", "refusing+1@readers.example: bounced",
                         "refusing+2@readers.example: bounced"});
    CHECK(sources == std::set<std::string>{fmt::format("notes by imap notes@localhost:{}", imap),
                                           fmt::format("news by pop3 news@localhost:{}", pop3)});
    std::set<std::string> suppressed;
    for (const json& each : lines({"suppressions", "list", "--json"})) suppressed.insert(each["address"]);
    CHECK(suppressed == std::set<std::string>{"unknown1@readers.example", "unknown2@readers.example",
                                              "unknown3@readers.example"});
}

TEST_CASE_METHOD(PostOfficeFixture, "check says which mailboxes cannot be reached, and why") {
    const auto good = command({"check"});
    CHECK(good.status == 0);
    CHECK_THAT(good.output, !Catch::Contains("nothing can be collected"));
    std::filesystem::permissions(dir / "password", std::filesystem::perms::owner_all);
    dir.write("password", "not-mine\n");
    std::filesystem::permissions(dir / "password", std::filesystem::perms::owner_read);
    const auto refused = command({"check"});
    CHECK(refused.status == 0);
    CHECK_THAT(
        refused.output,
        Catch::Contains(fmt::format("warning: imap notes@localhost:{}: nothing can be collected", imap)) &&
            Catch::Contains(fmt::format("warning: pop3 news@localhost:{}: nothing can be collected", pop3)) &&
            !Catch::Contains("not-mine"));
}
