#include "daemon/listing.hpp"

#include <catch2/catch.hpp>

using paperround::daemon::Listing;

TEST_CASE("a last column with little room beside the others begins below them") {
    Listing listing({"NAME", "WHY"});
    listing.add({std::string(30, 'n'), "a reason of some words"});
    CHECK(listing.text(40) == "NAME\n  WHY\n" + std::string(30, 'n') + "\n  a reason of some words\n");
    CHECK(listing.text(80) ==
          "NAME" + std::string(28, ' ') + "WHY\n" + std::string(30, 'n') + "  a reason of some words\n");
}

TEST_CASE("what came from outside does not act on the terminal of whoever lists it") {
    Listing listing({"ID", "TITLE"});
    listing.add({"1",
                 "a\x1b[31mred\xc2\x9b"
                 "0m\xe2\x80\xae"
                 "b\nc"});
    CHECK(listing.text(80) == "ID  TITLE\n1   a[31mred0mb c\n");
}
