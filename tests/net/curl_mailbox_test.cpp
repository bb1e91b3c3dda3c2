// Dovecot with IMAP and POP3. Starting one takes a second: the cases share what they can.
#include "net/curl_mailbox.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "net/mailbox_replies.hpp"
#include "support/mail_server.hpp"
#include "support/wait.hpp"

using namespace paperround;
using net::MailboxServer;
namespace fs = std::filesystem;

namespace {

const std::atomic<bool> never = false;

struct FetchedFrom {
    FetchedFrom(MailboxServer::Protocol protocol, MailboxServer::Tls tls)
        : dovecot(test::MailServer::Product::mailbox, options_of(authority, protocol, tls)) {
        server = {.protocol = protocol,
                  .host = "localhost",
                  .port = dovecot.port(),
                  .tls = tls,
                  .ca_file = authority.ca(),
                  .username = "bounces",
                  .password = "p",
                  .access_token = {},
                  .folder = "INBOX",
                  .unreadable_folder = "Not read"};
    }
    static test::MailServer::Options options_of(const test::TestAuthority& authority,
                                                MailboxServer::Protocol protocol, MailboxServer::Tls tls) {
        test::MailServer::Options options{.authority = &authority, .refuse = {}, .set = {}};
        if (tls == MailboxServer::Tls::none) options.authority = nullptr;
        if (protocol == MailboxServer::Protocol::pop3) options.set.emplace_back("protocol=pop3");
        if (tls == MailboxServer::Tls::implicit) options.set.emplace_back("tls=implicit");
        return options;
    }
    void deliver(const std::string& name, const std::string& mail) const {
        std::ofstream(dovecot.maildir() / "new" / name) << mail;
    }
    // Of all mails that are there, in whichever state.
    [[nodiscard]] std::size_t mails(const std::string& folder = "") const {
        std::size_t count = 0;
        for (const char* part : {"new", "cur"}) {
            std::error_code none;
            for ([[maybe_unused]] const auto& each :
                 fs::directory_iterator(dovecot.maildir() / folder / part, none))
                ++count;
        }
        return count;
    }

    test::TestAuthority authority;
    test::MailServer dovecot;
    MailboxServer server;
};

std::string without_cr(std::string text) {
    std::erase(text, '\r');
    return text;
}

// More lines than libcurl takes as one reply, and at once more octets.
void fetches_much(MailboxServer::Protocol protocol, MailboxServer::Tls tls) {
    const FetchedFrom mailbox(protocol, tls);
    constexpr int count = 300;
    const std::string mail = "Subject: one of many\n\n" + std::string(1'000, 'x') + "\n";
    for (int i = 0; i < count; ++i) mailbox.deliver(std::to_string(i) + ".a.host", mail);
    mailbox.deliver("large.a.host", mail + std::string(2'000'000, 'x'));
    net::CurlMailbox session(mailbox.server, never);
    const auto listed = session.list(count + 1);
    INFO((listed ? std::string() : listed.error()));
    REQUIRE(listed);
    REQUIRE(listed->size() == count + 1);
    for (const net::ListedMail& each : *listed) {
        const auto fetched = session.fetch(each.number, 4U << 20U);
        INFO((fetched ? std::string() : fetched.error()));
        REQUIRE(fetched);
        CHECK(fetched->size() >= each.octets);
    }
}

void fetches_and_removes(MailboxServer::Protocol protocol, MailboxServer::Tls tls) {
    const FetchedFrom mailbox(protocol, tls);
    const std::string first = "Subject: one\n\n.begins with a dot\nends\n";
    const std::string second = "Subject: two\n\n" + std::string(300'000, 'x') + "\n";
    mailbox.deliver("1.a.host", first);
    mailbox.deliver("2.b.host", second);
    mailbox.deliver("3.c.host", "Subject: three\n\nstays\n");
    {
        net::CurlMailbox session(mailbox.server, never);
        const auto listed = session.list(10);
        REQUIRE(listed);
        REQUIRE(listed->size() == 3);
        CHECK(listed->at(1).octets > 300'000);
        CHECK(without_cr(session.fetch(listed->at(0).number, 1U << 20U).value()) == first);
        CHECK(without_cr(session.fetch(listed->at(1).number, 1U << 20U).value()) == second);
        CHECK(without_cr(session.header(listed->at(1).number, 1000).value()).starts_with("Subject: two\n"));
        const std::array numbers{listed->at(0).number, listed->at(1).number};
        CHECK(session.remove(numbers));
    }
    CHECK(test::eventually([&] { return mailbox.mails() == 1; }));
    net::CurlMailbox next(mailbox.server, never);
    CHECK(next.list(10).value().size() == 1);
}

}  // namespace

TEST_CASE("mails are fetched by IMAP over STARTTLS, and removed") {
    fetches_and_removes(MailboxServer::Protocol::imap, MailboxServer::Tls::required);
}

TEST_CASE("mails are fetched by IMAP over TLS, and removed") {
    fetches_and_removes(MailboxServer::Protocol::imap, MailboxServer::Tls::implicit);
}

TEST_CASE("mails are fetched by POP3 over STLS, and removed") {
    fetches_and_removes(MailboxServer::Protocol::pop3, MailboxServer::Tls::required);
}

TEST_CASE("mails are fetched by POP3 over TLS, and removed") {
    fetches_and_removes(MailboxServer::Protocol::pop3, MailboxServer::Tls::implicit);
}

TEST_CASE("one session fetches any number of mails by IMAP") {
    fetches_much(MailboxServer::Protocol::imap, MailboxServer::Tls::required);
}

TEST_CASE("one session fetches any number of mails by IMAP without TLS") {
    fetches_much(MailboxServer::Protocol::imap, MailboxServer::Tls::none);
}

TEST_CASE("one session fetches any number of mails by POP3") {
    fetches_much(MailboxServer::Protocol::pop3, MailboxServer::Tls::required);
}

TEST_CASE("one session fetches any number of mails by POP3 without TLS") {
    fetches_much(MailboxServer::Protocol::pop3, MailboxServer::Tls::none);
}

TEST_CASE("a mail that is put aside is in a folder of its own, where there are folders") {
    const FetchedFrom imap(MailboxServer::Protocol::imap, MailboxServer::Tls::required);
    imap.deliver("1.a.host", "rubbish\n");
    net::CurlMailbox session(imap.server, never);
    const auto listed = session.list(10).value();
    const auto aside = session.put_aside(listed.at(0).number);
    INFO((aside ? std::string() : aside.error()));
    CHECK(aside == true);
    CHECK(imap.mails() == 0);
    CHECK(imap.mails(".Not read") == 1);
    const FetchedFrom pop3(MailboxServer::Protocol::pop3, MailboxServer::Tls::required);
    pop3.deliver("1.a.host", "rubbish\n");
    net::CurlMailbox other(pop3.server, never);
    CHECK(other.put_aside(other.list(10).value().at(0).number) == false);
    CHECK(pop3.mails() == 1);
}

TEST_CASE(
    "a server with another certificate, or that takes another password, gets nothing and gives nothing") {
    const FetchedFrom mailbox(MailboxServer::Protocol::imap, MailboxServer::Tls::required);
    MailboxServer untrusted = mailbox.server;
    const test::TestAuthority other;
    untrusted.ca_file = other.ca();
    const auto refused = net::CurlMailbox(untrusted, never).list(10);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error(), Catch::Contains("certificate"));
    MailboxServer wrong = mailbox.server;
    wrong.password = "secret-of-mine";
    const auto denied = net::CurlMailbox(wrong, never).list(10);
    REQUIRE_FALSE(denied);
    CHECK_THAT(denied.error(), !Catch::Contains("secret-of-mine"));
    MailboxServer nobody = mailbox.server;
    nobody.port = test::free_port();
    CHECK_FALSE(net::CurlMailbox(nobody, never).list(10));
}

TEST_CASE("a session that has failed is over") {
    const FetchedFrom mailbox(MailboxServer::Protocol::imap, MailboxServer::Tls::required);
    mailbox.deliver("1.a.host", "Subject: x\n\n" + std::string(100'000, 'x'));
    net::CurlMailbox session(mailbox.server, never);
    const auto number = session.list(10).value().at(0).number;
    CHECK_FALSE(session.fetch(number, 1000));
    CHECK_FALSE(session.remove({&number, 1}));
    CHECK(mailbox.mails() == 1);
}

TEST_CASE("replies about mails are read, and what is none is passed over") {
    CHECK(net::messages_in_status("* STATUS INBOX (MESSAGES 17)\r\n") == 17U);
    CHECK(net::messages_in_status("* STATUS \"a (MESSAGES 3)\" (UIDNEXT 2 MESSAGES 4)\r\n") == 4U);
    CHECK_FALSE(net::messages_in_status("* OK\r\n"));
    const auto mails = net::mails_in_fetch(
        "* 1 FETCH (UID 7 RFC822.SIZE 1234 FLAGS (\\Seen))\r\n* 2 FETCH (RFC822.SIZE 5 UID 9 FLAGS ())\r\n"
        "* 3 FETCH (UID 10 RFC822.SIZE 1 FLAGS (\\Deleted))\r\n* 4 FETCH (UID x RFC822.SIZE 1)\r\nrubbish\r\n");
    REQUIRE(mails.size() == 2);
    CHECK(mails[0].number == 7);
    CHECK(mails[0].octets == 1234);
    CHECK(mails[1].number == 9);
    const auto listed = net::mails_in_list("1 120\r\n2 200\r\nx\r\n3\r\n4 1\r\n", 3);
    REQUIRE(listed.size() == 3);
    CHECK(listed[2].number == 4);
}
