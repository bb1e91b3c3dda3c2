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
    handshake.command("AUTH PLAIN\r\n");
    handshake.command("AGpvZQBzZWNyZXQ=\r\n");
    CHECK(handshake.stage() == Stage::auth);
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

TEST_CASE("a secret that the server echoes is blotted out") {
    Handshake handshake;
    handshake.hide("AGpvZQBzZWNyZXQ=");
    handshake.command("AUTH PLAIN AGpvZQBzZWNyZXQ=\r\n");
    handshake.reply_line("502 5.5.2 not recognized: AUTH PLAIN AGpvZQBzZWNyZXQ=\r\n");
    CHECK(handshake.last_reply()->text == "not recognized: AUTH PLAIN ***");
}
