#include "public/page_query.hpp"

#include <catch2/catch.hpp>

using namespace paperround::pages;

TEST_CASE("a query names a language and a place in a list, in any order") {
    CHECK(wanted_language("lang=de-AT") == "de-AT");
    CHECK(wanted_language("before=3&lang=he&x=y") == "he");
    CHECK(wanted_before("lang=he&before=120") == 120);
    CHECK(wanted_before("before=%31%32") == 12);
}

TEST_CASE("what is not well-formed in a query is not there") {
    for (const char* query : {"", "lang", "lang=", "lang=<b>", "lang=%3Cb%3E", "lang=%zz", "xlang=de",
                              "LANG=de", "lang=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        CAPTURE(query);
        CHECK(wanted_language(query).empty());
    }
    for (const char* query : {"", "before", "before=", "before=0", "before=-1", "before=1x", "before= 1",
                              "before=99999999999999999999", "before=1.5", "before=%00"}) {
        CAPTURE(query);
        CHECK_FALSE(wanted_before(query));
    }
    CHECK(wanted_language(std::string(2000, '&') + "lang=de").empty());
}
