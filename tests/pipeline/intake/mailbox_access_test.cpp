#include "pipeline/intake/mailbox_access.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("two mailboxes at one provider keep their refresh tokens apart") {
    config::BounceMailbox mailbox;
    mailbox.host = "imap.example.org";
    mailbox.username = "bounces@one.example";
    const auto one = pipeline::refresh_token_file_of(mailbox, "/data");
    mailbox.username = "bounces@two.example";
    CHECK(pipeline::refresh_token_file_of(mailbox, "/data") != one);
}

TEST_CASE("a refresh token lies in the data directory, whatever the user is called") {
    config::BounceMailbox mailbox;
    mailbox.host = "imap.example.org";
    mailbox.username = "../../bounces";
    CHECK(pipeline::refresh_token_file_of(mailbox, "/data").parent_path() == "/data");
}
