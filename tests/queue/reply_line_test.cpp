#include "queue/reply_line.hpp"

#include <catch2/catch.hpp>

using namespace paperround::queue;

TEST_CASE("a reply is read with its enhanced code, as the server wrote it") {
    CHECK(reply_line({.code = 550, .enhanced = "5.7.26", .text = "Unauthenticated mail is refused"}) ==
          "550 5.7.26 Unauthenticated mail is refused");
    CHECK(reply_line({.code = 250, .enhanced = "", .text = "ok"}) == "250 ok");
    CHECK(reply_line({.code = 250, .enhanced = "2.0.0", .text = ""}) == "250 2.0.0");
    CHECK(reply_line({.code = 250}) == "250");
}

TEST_CASE("where there was no reply the words stand alone") {
    CHECK(reply_line({.text = "connection refused"}) == "connection refused");
    CHECK(reply_line({.code = 421, .enhanced = "4.3.2", .text = "421 4.3.2 shutting down"}) ==
          "421 4.3.2 shutting down");
}
