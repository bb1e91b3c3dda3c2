#include "smtp/dsn.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using smtp::dsn_of_mail;
using smtp::dsn_of_rcpt;
using smtp::xtext;

TEST_CASE("xtext leaves printable ASCII but + and = alone") {
    CHECK(xtext("QQ314159") == "QQ314159");
    CHECK(xtext("a+b=c d\x7f\xc3\xa9") == "a+2Bb+3Dc+20d+7F+C3+A9");
    CHECK(xtext("") == "");
}

TEST_CASE("a message is named by its id and its headers are enough in a report") {
    CHECK(dsn_of_mail({"b@example.org", "a@example.net", "k3y.17@example.org"}) ==
          " RET=HDRS ENVID=k3y.17@example.org");
    CHECK(dsn_of_mail({"b@example.org", "a@example.net", ""}) == " RET=HDRS");
    CHECK(dsn_of_mail({"b@example.org", "a@example.net", std::string(101, 'x')}) == " RET=HDRS");
}

TEST_CASE("the recipient is named as we know it") {
    CHECK(dsn_of_rcpt({"b@example.org", "ann+news@example.net", ""}) ==
          " ORCPT=rfc822;ann+2Bnews@example.net");
    CHECK(dsn_of_rcpt({"b@example.org", std::string(494, 'x'), ""}).empty());
}

// RFC 6533 §3.
TEST_CASE("a recipient that is not ASCII is named in UTF-8") {
    CHECK(dsn_of_rcpt({"b@example.org", "j\xc3\xbcrgen+a\\b@example.net", ""}) ==
          " ORCPT=utf-8;j\xc3\xbcrgen\\x{2B}"
          "a\\x{5C}"
          "b@example.net");
}

TEST_CASE("what has the null return path is not reported on") {
    CHECK(dsn_of_mail({"", "a@example.net", "id"}).empty());
    CHECK(dsn_of_rcpt({"", "a@example.net", "id"}).empty());
}
