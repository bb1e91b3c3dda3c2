#include "smtp/reply.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace paperround;
using smtp::Reply;
using smtp::ReplyError;
using smtp::ReplyParser;

namespace {

Reply parsed(std::string_view octets) {
    ReplyParser parser;
    parser.feed(octets);
    auto reply = parser.next();
    REQUIRE(reply.has_value());
    REQUIRE(reply->has_value());
    CHECK(parser.empty());
    return **reply;
}

ReplyError error_of(std::string_view octets) {
    ReplyParser parser;
    parser.feed(octets);
    const auto reply = parser.next();
    REQUIRE_FALSE(reply.has_value());
    return reply.error();
}

}  // namespace

TEST_CASE("a reply line has a code, an enhanced code and words") {
    CHECK(parsed("550 5.1.1 No such user here\r\n") == Reply{550, "5.1.1", "No such user here"});
}

TEST_CASE("a reply without an enhanced code keeps all its words") {
    CHECK(parsed("250 5 messages queued\r\n") == Reply{250, "", "5 messages queued"});
    CHECK(parsed("550 10.1.1.1 is blocked\r\n") == Reply{550, "", "10.1.1.1 is blocked"});
    CHECK(parsed("550 5.1.1.4 is blocked\r\n") == Reply{550, "", "5.1.1.4 is blocked"});
    CHECK(parsed("550 5.01.1 odd\r\n") == Reply{550, "", "5.01.1 odd"});
}

TEST_CASE("a bare code is a reply") {
    CHECK(parsed("250\r\n") == Reply{250, "", ""});
    CHECK(parsed("354 \r\n") == Reply{354, "", ""});
}

TEST_CASE("the lines of a reply become one line, their repeated enhanced code is dropped") {
    CHECK(parsed("550-5.1.1 The account does not exist.\r\n550-5.1.1 Please check\r\n550 5.1.1 the spelling. "
                 "x12\r\n") ==
          Reply{550, "5.1.1", "The account does not exist. Please check the spelling. x12"});
}

TEST_CASE("an enhanced code on a later line counts where the first has none") {
    CHECK(parsed("554-mx.example.org\r\n554 5.7.1 Blocked\r\n") ==
          Reply{554, "5.7.1", "mx.example.org Blocked"});
}

TEST_CASE("LF alone ends a reply line") {
    CHECK(parsed("250-a\n250 b\n") == Reply{250, "", "a b"});
}

TEST_CASE("a reply may come octet by octet") {
    ReplyParser parser;
    const std::string octets = "250-first\r\n250 2.0.0 second\r\n";
    for (std::size_t i = 0; i + 1 < octets.size(); ++i) {
        parser.feed(octets.substr(i, 1));
        const auto reply = parser.next();
        REQUIRE(reply.has_value());
        REQUIRE_FALSE(reply->has_value());
        CHECK_FALSE(parser.empty());
    }
    parser.feed("\n");
    CHECK(*parser.next().value() == Reply{250, "2.0.0", "first second"});
    CHECK(parser.empty());
}

TEST_CASE("several replies in one read come out one after another") {
    ReplyParser parser;
    parser.feed("250 2.1.0 a\r\n550 5.1.1 b\r\n354 c\r\n42");
    CHECK(parser.next().value()->code == 250);
    CHECK(parser.next().value()->code == 550);
    CHECK(parser.next().value()->code == 354);
    CHECK_FALSE(parser.next().value().has_value());
    CHECK_FALSE(parser.empty());
}

TEST_CASE("a reply's words are valid UTF-8 without control characters") {
    const auto reply = parsed(std::string("550 no\x1b[31m \xff such\tuser\0!\r\n", 27));
    CHECK(reply.text == "no[31m \xEF\xBF\xBD such user!");
}

TEST_CASE("a reply's words are cut between characters at 1 000 octets") {
    std::string words(999, 'x');
    CHECK(parsed("250 " + words + "\u00e9\r\n").text == words);
}

TEST_CASE("what is no reply is an error, and stays one") {
    CHECK(error_of("HTTP/1.1 400 Bad Request\r\n") == ReplyError::not_a_reply);
    CHECK(error_of("\r\n") == ReplyError::not_a_reply);
    CHECK(error_of("25\r\n") == ReplyError::not_a_reply);
    CHECK(error_of("2500 ok\r\n") == ReplyError::not_a_reply);
    CHECK(error_of("650 ok\r\n") == ReplyError::not_a_reply);
    CHECK(error_of("250\tok\r\n") == ReplyError::not_a_reply);
    ReplyParser parser;
    parser.feed("nonsense\r\n");
    CHECK_FALSE(parser.next().has_value());
    parser.feed("250 ok\r\n");
    CHECK_FALSE(parser.next().has_value());
}

TEST_CASE("the lines of one reply must bear one code") {
    CHECK(error_of("250-fine\r\n550 not fine\r\n") == ReplyError::codes_differ);
}

TEST_CASE("of a reply line 2 048 octets are kept and its code counts") {
    CHECK(parsed("250 2.0.0 queued " + std::string(3000, 'x') + "\r\n").code == 250);
    CHECK(parsed("250 2.0.0 " + std::string(100'000, 'x') + "\n").enhanced == "2.0.0");
    const auto words = parsed("550-5.1.1 " + std::string(2000, 'x') + " " + std::string(500, 'y') +
                              "\r\n550 5.1.1 no such user\r\n");
    CHECK(words.code == 550);
    CHECK(words.enhanced == "5.1.1");
}

TEST_CASE("a long reply line may come in pieces and the next reply stands behind it") {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{2048}, std::size_t{4096}}) {
        ReplyParser parser;
        const std::string octets = "250 " + std::string(9000, 'x') + "\r\n550 5.1.1 no\r\n";
        std::vector<int> codes;
        for (std::size_t i = 0; i < octets.size(); i += piece) {
            parser.feed(std::string_view(octets).substr(i, piece));
            for (auto reply = parser.next(); reply.value(); reply = parser.next())
                codes.push_back((*reply)->code);
        }
        CHECK(codes == std::vector{250, 550});
        CHECK(parser.empty());
    }
}

TEST_CASE("a reply of more than 100 lines is refused") {
    std::string lines;
    for (int i = 0; i < 99; ++i) lines += "250-x\r\n";
    CHECK(parsed(lines + "250 x\r\n").code == 250);
    CHECK(error_of(lines + "250-x\r\n250 x\r\n") == ReplyError::too_many_lines);
}

TEST_CASE("a reply of more than 1 MiB is refused whether it has ended or not") {
    const std::string half(std::size_t{1} << 19U, 'x');
    CHECK(parsed("250-" + half + "\r\n250 ok\r\n").code == 250);
    CHECK(error_of("250-" + half + "\r\n250-" + half + "\r\n") == ReplyError::reply_too_large);
    ReplyParser parser;
    parser.feed("250 ");
    for (int i = 0; i < 3; ++i) parser.feed(half);
    CHECK_FALSE(parser.next().has_value());
}
