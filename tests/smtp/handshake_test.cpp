#include "smtp/handshake.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using queue::Stage;
using smtp::Handshake;

TEST_CASE("the stage of an opening follows the commands") {
    Handshake handshake;
    CHECK(handshake.stage() == Stage::connect);
    handshake.reply_line("220 mx ESMTP\r\n");
    CHECK(handshake.stage() == Stage::greeting);
    handshake.command("EHLO me\r\n");
    CHECK(handshake.stage() == Stage::ehlo);
    handshake.command("STARTTLS\r\n");
    CHECK(handshake.stage() == Stage::tls);
    handshake.command("EHLO me\r\n");
    CHECK(handshake.stage() == Stage::ehlo);
}

TEST_CASE("TLS octets before the greeting are the stage tls") {
    Handshake handshake;
    handshake.tls_octets();
    CHECK(handshake.stage() == Stage::tls);
    handshake.reply_line("220 mx ESMTP\r\n");
    handshake.tls_octets();
    CHECK(handshake.stage() == Stage::greeting);
}

TEST_CASE("only the EHLO reply after STARTTLS counts") {
    Handshake handshake;
    handshake.reply_line("220 mx ESMTP\r\n");
    handshake.command("EHLO me\r\n");
    handshake.reply_line("250-mx\r\n");
    handshake.reply_line("250 PIPELINING\r\n");
    handshake.command("STARTTLS\r\n");
    handshake.reply_line("220 go\r\n");
    handshake.command("EHLO me\r\n");
    handshake.reply_line("250 mx\r\n");
    CHECK(handshake.ehlo_lines() == "250 mx\r\n");
}

TEST_CASE("the last reply is the one to the last command") {
    Handshake handshake;
    handshake.reply_line("220 mx\r\n");
    handshake.command("EHLO me\r\n");
    CHECK_FALSE(handshake.last_reply().has_value());
    handshake.reply_line("550-5.7.1 go\r\n");
    handshake.reply_line("550 5.7.1 away\r\n");
    CHECK(handshake.last_reply() == smtp::Reply{550, "5.7.1", "go away"});
}

TEST_CASE("a greeting that is no reply is told apart") {
    for (const auto& [line, shown] : std::vector<std::pair<std::string, std::string>>{
             {"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1"},
             {"* OK IMAP\x1b[31m\r\n", "* OK IMAP[31m"},
             {"22\r\n", "22"}}) {
        Handshake handshake;
        handshake.reply_line(line);
        CHECK(handshake.nonsense() == shown);
        CHECK(handshake.stage() == Stage::greeting);
    }
    Handshake handshake;
    handshake.reply_line("\r\n");
    handshake.reply_line("220\r\n");
    handshake.reply_line("what else\r\n");
    CHECK(handshake.nonsense().empty());
}

TEST_CASE("a reply that does not end is noticed and one that is merely long is not") {
    Handshake handshake;
    const std::string line = "220-" + std::string(996, 'x') + "\r\n";
    const auto fit = Handshake::reply_limit / line.size();
    for (std::size_t i = 0; i < fit; ++i) handshake.reply_line(line);
    CHECK_FALSE(handshake.endless());
    handshake.reply_line(line);
    CHECK(handshake.endless());
}
