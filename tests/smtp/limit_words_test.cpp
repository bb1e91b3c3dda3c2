#include "smtp/limit_words.hpp"

#include <catch2/catch.hpp>

using paperround::smtp::names_connections;

TEST_CASE("a limit of sessions at work is told from one of what is sent") {
    CHECK(names_connections("4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"));
    CHECK(names_connections(
        "4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending"));
    CHECK(names_connections("4.7.0 Too many concurrent SMTP connections from this IP"));
    CHECK(names_connections("Too many simultaneous connections, closing"));
    CHECK_FALSE(names_connections("Throttling failure: Maximum sending rate exceeded."));
    CHECK_FALSE(names_connections("4.7.0 too many messages in this connection"));
    CHECK_FALSE(names_connections("4.7.28 Our system has detected an unusual rate of mail"));
}
