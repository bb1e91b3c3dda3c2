#include "smtp/capabilities.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using smtp::parse_capabilities;

TEST_CASE("the keywords of an EHLO reply are read in any case") {
    const auto offered = parse_capabilities(
        "250-mx.example.org\r\n250-pipelining\r\n250-SIZE 10485760\r\n250-8BitMime\r\n250-SMTPUTF8\r\n"
        "250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250 ENHANCEDSTATUSCODES\r\n");
    CHECK(offered.pipelining);
    CHECK(offered.size);
    CHECK(offered.size_limit == 10'485'760);
    CHECK(offered.eight_bit_mime);
    CHECK(offered.smtputf8);
    CHECK(offered.starttls);
    CHECK(offered.auth);
    CHECK(offered.mechanisms == std::vector<std::string>{"PLAIN", "LOGIN"});
    CHECK_FALSE(offered.dsn);
    CHECK(offered.enhanced_status_codes);
}

TEST_CASE("a server whose name is a keyword offers nothing by it") {
    CHECK_FALSE(parse_capabilities("250 PIPELINING\r\n").pipelining);
}

TEST_CASE("SIZE without a number, or with nonsense, sets no limit") {
    CHECK(parse_capabilities("250-x\r\n250 SIZE\r\n").size);
    CHECK(parse_capabilities("250-x\r\n250 SIZE\r\n").size_limit == 0);
    CHECK(parse_capabilities("250-x\r\n250 SIZE 12ab\r\n").size_limit == 0);
    CHECK(parse_capabilities("250-x\r\n250 SIZE 99999999999999999999999\r\n").size_limit == 0);
}

TEST_CASE("a reply to HELO or a refused EHLO offers nothing") {
    CHECK(parse_capabilities("250 mx.example.org\r\n") == smtp::Capabilities{});
    CHECK(parse_capabilities("502-no\r\n502 PIPELINING\r\n") == smtp::Capabilities{});
    CHECK(parse_capabilities("") == smtp::Capabilities{});
}

TEST_CASE("DSN is an offer") {
    CHECK(parse_capabilities("250-x\r\n250 dsn\r\n").dsn);
}

TEST_CASE("login mechanisms are read once each from old and new offers in any case") {
    const auto mechanisms = [](const std::string& lines) {
        return parse_capabilities("250-x\r\n" + lines).mechanisms;
    };
    using Names = std::vector<std::string>;
    CHECK(mechanisms("250-auth plain Login\r\n250 AUTH=PLAIN LOGIN\r\n") == Names{"PLAIN", "LOGIN"});
    CHECK(mechanisms("250 AUTH=LOGIN\r\n") == Names{"LOGIN"});
    CHECK(mechanisms("250-AUTH= login\r\n250 SIZE 7\r\n") == Names{"LOGIN"});
    CHECK(mechanisms("250 AUTH  LOGIN,PLAIN\tCRAM-MD5 LOGIN\r\n") == Names{"LOGIN", "PLAIN", "CRAM-MD5"});
    CHECK(mechanisms("250 AUTH\r\n").empty());
    CHECK(parse_capabilities("250-x\r\n250 AUTH\r\n").auth);
    CHECK_FALSE(parse_capabilities("250-x\r\n250 AUTHOR joe\r\n").auth);
}

TEST_CASE("no more than 32 login mechanisms are kept") {
    std::string line = "250 AUTH";
    for (int i = 0; i < 100; ++i) line += " M" + std::to_string(i);
    CHECK(parse_capabilities("250-x\r\n" + line + "\r\n").mechanisms.size() == 32);
}
