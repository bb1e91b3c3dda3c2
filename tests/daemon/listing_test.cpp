#include "daemon/listing.hpp"

#include <catch2/catch.hpp>

using paperround::daemon::Listing;

TEST_CASE("what came from outside does not act on the terminal of whoever lists it") {
    Listing listing({"ID", "TITLE"});
    listing.add({"1",
                 "a\x1b[31mred\xc2\x9b"
                 "0m\xe2\x80\xae"
                 "b\nc"});
    CHECK(listing.text(80) == "ID  TITLE\n1   a[31mred0mb c\n");
}
