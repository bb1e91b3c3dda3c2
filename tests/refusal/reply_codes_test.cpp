#include "refusal/reply_codes.hpp"

#include <catch2/catch.hpp>

using paperround::refusal::codes_in;
using paperround::refusal::ReplyCodes;
using paperround::refusal::specificity;
using paperround::refusal::status_at_front;

TEST_CASE("codes are found where servers are quoted") {
    CHECK(codes_in("550 5.1.1 user unknown") == ReplyCodes{550, "5.1.1"});
    CHECK(codes_in("host mx.example[192.0.2.7] said: 550-5.7.26 no") == ReplyCodes{550, "5.7.26"});
    CHECK(codes_in("Remote host said: 553 sorry (#5.7.1)") == ReplyCodes{553, "5.7.1"});
    CHECK(codes_in("Remote Server returned '550 5.4.1 Access denied'") == ReplyCodes{550, "5.4.1"});
    CHECK(codes_in("<<< 552 too much mail data") == ReplyCodes{552, ""});
    CHECK(codes_in("ERROR_CODE :550, ERROR_CODE :5.1.1") == ReplyCodes{550, "5.1.1"});
    CHECK(codes_in("text\n550 No such user") == ReplyCodes{550, ""});
}

TEST_CASE("of two statuses the more specific one counts") {
    CHECK(codes_in("554 5.0.0 rejected: 550 5.1.1 unknown").status == "5.1.1");
    CHECK(codes_in("5.1.1 5.0.0").status == "5.1.1");
    CHECK(codes_in("5.1.0 or 5.2.2").status == "5.2.2");
}

TEST_CASE("addresses, versions and amounts are no codes") {
    CHECK(codes_in("from 192.0.2.25 by 5.9.1.2") == ReplyCodes{});
    CHECK(codes_in("Exim 4.94.2 and qmail/4.1.2 and version 5.5.1") == ReplyCodes{});
    CHECK(codes_in("Internet Mail Service (5.5.2657.72)") == ReplyCodes{});
    CHECK(codes_in("about 500 recipients in 450 seconds") == ReplyCodes{});
    CHECK(codes_in("id 5501 and 12550 and 550x") == ReplyCodes{});
    CHECK(codes_in("") == ReplyCodes{});
}

TEST_CASE("a status stands at the front or not at all") {
    CHECK(status_at_front("5.1.1 (bad)") == "5.1.1");
    CHECK(status_at_front("2.0.0") == "2.0.0");
    CHECK(status_at_front("5.1.1.1").empty());
    CHECK(status_at_front("3.1.1").empty());
    CHECK(status_at_front("5.9.1").empty());
    CHECK(status_at_front("5.1").empty());
}

TEST_CASE("x.0.0 says nothing, x.y.0 a subject") {
    CHECK(specificity("") == 0);
    CHECK(specificity("5.0.0") == 0);
    CHECK(specificity("5.1.0") == 1);
    CHECK(specificity("5.1.1") == 2);
    CHECK(specificity("5.1.10") == 2);
}
