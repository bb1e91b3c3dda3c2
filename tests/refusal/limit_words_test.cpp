#include "refusal/limit_words.hpp"

#include <catch2/catch.hpp>

using paperround::refusal::names_connections;

TEST_CASE("a limit of sessions at work is told from one of what is sent") {
    CHECK(names_connections("4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"));
    CHECK(names_connections(
        "4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending"));
    CHECK(names_connections("4.7.0 Too many concurrent SMTP connections from this IP"));
    CHECK(names_connections("Too many simultaneous connections, closing"));
    // Orange, Mimecast, bytecamp (Postfix), cPanel (Exim).
    CHECK(
        names_connections("Trop de connexions, veuillez verifier votre configuration. Too many connections, "
                          "slow down. OFR004_104 [104]"));
    CHECK(names_connections("Exceeding outbound thread limit"));
    CHECK(names_connections("4.7.0 Error: too many connections from 192.0.2.7"));
    CHECK(names_connections("Too many concurrent SMTP connections from this IP address; please try later"));
    // GMX, postfwd.
    CHECK_FALSE(names_connections("Rate limit reached. Please try again later"));
    CHECK_FALSE(names_connections("Number messages per hour exceeded"));
    CHECK_FALSE(names_connections("Throttling failure: Maximum sending rate exceeded."));
    CHECK_FALSE(names_connections("4.7.0 too many messages in this connection"));
    CHECK_FALSE(names_connections("4.7.28 Our system has detected an unusual rate of mail"));
}
