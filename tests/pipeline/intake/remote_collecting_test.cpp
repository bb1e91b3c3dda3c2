// What comes back to a mailbox on a server: Dovecot, with IMAP and POP3.
#include <fstream>

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "pipeline/intake/report_collecting.hpp"
#include "pipeline/intake/report_fixture.hpp"
#include "support/mail_server.hpp"

using namespace paperround;
using queue::ReportEffect;
namespace fs = std::filesystem;

namespace {

class HeardTrouble final : public test::RememberedEvents {
  public:
    void bounce_mailbox(std::string_view, std::string_view trouble) override { heard.emplace_back(trouble); }
    std::vector<std::string> heard;
};

struct RemoteFixture : test::ReportFixture {
    RemoteFixture() { settings.data_dir = dir.path(); }

    test::MailServer start(const std::string& protocol) const {
        return test::MailServer(test::MailServer::Product::mailbox,
                                {.authority = &authority, .refuse = {}, .set = {"protocol=" + protocol}});
    }
    pipeline::MailboxAccess access_to(const test::MailServer& server, config::MailboxKind kind) const {
        return {.mailbox = {.kind = kind,
                            .maildir = {},
                            .host = "localhost",
                            .port = server.port(),
                            .tls = config::Tls::required,
                            .ca_file = authority.ca(),
                            .username = "bounces",
                            .password_file = {},
                            .oauth = {}},
                .password = "p"};
    }
    std::size_t collect(const pipeline::MailboxAccess& access) {
        pipeline::ReportCollecting collecting(settings, {access}, signer, clock, events, recall);
        auto own = pipeline::open_database(dir.path());
        std::size_t sum = 0;
        while (const std::size_t taken = collecting.collect(own, std::stop_token())) sum += taken;
        return sum;
    }
    static void deliver(const test::MailServer& server, const std::string& name, const std::string& mail) {
        std::ofstream(server.maildir() / "new" / name) << mail;
    }
    static std::size_t mails(const fs::path& folder) {
        std::size_t count = 0;
        for (const char* part : {"new", "cur"}) {
            std::error_code none;
            for ([[maybe_unused]] const auto& each : fs::directory_iterator(folder / part, none)) ++count;
        }
        return count;
    }

    test::TestAuthority authority;
    config::Settings settings;
    HeardTrouble events;
};

}  // namespace

TEST_CASE_METHOD(RemoteFixture,
                 "reports in an IMAP mailbox take effect and go, and what is none is put aside") {
    const auto server = start("imap");
    const auto mailing = mail_out();
    deliver(server, "1.a", unknown_user(mailing, 1));
    deliver(server, "2.b", "no mail\n");
    deliver(server, "3.c", complaint(copy_of(mailing, 2)));
    deliver(server, "4.d", "From: a@b.example\n\n" + std::string(bounce::message_limit + 1, 'x'));
    CHECK(collect(access_to(server, config::MailboxKind::imap)) == 4);
    CHECK(suppressed(1));
    CHECK(suppressed(2, "notes"));
    CHECK_FALSE(suppressed(3));
    CHECK(mails(server.maildir()) == 0);
    CHECK(mails(server.maildir() / ".Unreadable") == 2);
    CHECK((*reports).counted(clock.now(), ReportEffect::unreadable) == 2);
}

TEST_CASE_METHOD(RemoteFixture, "reports in a POP3 mailbox take effect and go, and what is none is spooled") {
    const auto server = start("pop3");
    const auto mailing = mail_out();
    deliver(server, "1.a", unknown_user(mailing, 1));
    deliver(server, "2.b", "no mail\n");
    deliver(server, "3.c", "From: a@b.example\n\n" + std::string(bounce::message_limit + 1, 'x'));
    const auto access = access_to(server, config::MailboxKind::pop3);
    CHECK(collect(access) == 2);
    CHECK(suppressed(1));
    // What is too large stays, and is counted once.
    CHECK(collect(access) == 0);
    CHECK(test::eventually([&] { return mails(server.maildir()) == 1; }));
    // Once by each daemon, of which this test has two, however often it looks.
    REQUIRE(events.heard.size() == 2);
    CHECK_THAT(events.heard[1], Catch::StartsWith("1 mails in it of more than 10 MiB stay there"));
    CHECK((*reports).counted(clock.now(), ReportEffect::unreadable) == 2);
    CHECK(fs::exists(dir / "unreadable"));
}

TEST_CASE_METHOD(RemoteFixture, "nothing is removed before its effect is committed") {
    const auto server = start("imap");
    deliver(server, "1.a", unknown_user(mail_out(), 1));
    db::RawSql(database).execute(
        "CREATE TRIGGER broken BEFORE INSERT ON suppressions BEGIN SELECT RAISE(ABORT, 'broken'); END");
    CHECK_THROWS_AS(collect(access_to(server, config::MailboxKind::imap)), db::Error);
    CHECK(mails(server.maildir()) == 1);
    db::RawSql(database).execute("DROP TRIGGER broken");
    CHECK(collect(access_to(server, config::MailboxKind::imap)) == 1);
    CHECK(mails(server.maildir()) == 0);
}

TEST_CASE_METHOD(RemoteFixture, "a mailbox that cannot be reached is said, without its password") {
    const auto server = start("imap");
    auto access = access_to(server, config::MailboxKind::imap);
    access.password = "secret-of-mine";
    CHECK(collect(access) == 0);
    REQUIRE(events.heard.size() == 1);
    CHECK_THAT(events.heard[0], !Catch::Contains("secret-of-mine"));
    access.mailbox.port = test::free_port();
    CHECK(collect(access) == 0);
    CHECK(events.heard.size() == 2);
}
