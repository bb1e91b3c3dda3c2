#include "email/page/protected_address.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

TEST_CASE("addresses that Cloudflare hides are read") {
    // 0x42 and each letter of "a@b.example" mixed with it.
    const std::string hidden =
        "42230220"
        "6c273a232f322e27";
    CHECK(clean("<a href='/cdn-cgi/l/email-protection' data-cfemail='" + hidden +
                "'>[email&#160;protected]</a>") == "<a href=\"mailto:a@b.example\">a@b.example</a>");
    CHECK(clean("<span class=__cf_email__ data-cfemail=" + hidden + ">[email protected]</span>") ==
          "a@b.example");
    CHECK(clean("<a href='/cdn-cgi/l/email-protection#" + hidden + "'>us</a>") ==
          "<a href=\"mailto:a@b.example\">us</a>");
    for (const char* wrong : {"", "42", "4223022", "4223zz20", "4223022z", "42232320", "420000"})
        CHECK(text("<span data-cfemail='" + std::string(wrong) + "'>[email protected]</span>") ==
              "[email protected]\n");
}
