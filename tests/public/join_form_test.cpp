#include "public/join_form.hpp"

#include <catch2/catch.hpp>

using paperround::pages::join_form_limit;
using paperround::pages::read_join_form;

TEST_CASE("a form that a browser sends is read") {
    const auto form = read_join_form("email=ann%2Bnews%40example.org&website=&stamp=St-1_x");
    REQUIRE(form);
    CHECK(form->address == "ann+news@example.org");
    CHECK(form->stamp == "St-1_x");
    CHECK_FALSE(form->trapped);
    CHECK_FALSE(form->confirms);
}

TEST_CASE("the button that confirms says so, and nothing else does") {
    CHECK(read_join_form("confirm=yes")->confirms);
    CHECK_FALSE(read_join_form("confirm=no")->confirms);
    CHECK_FALSE(read_join_form("confirm")->confirms);
    CHECK_FALSE(read_join_form("xconfirm=yes")->confirms);
    CHECK_FALSE(read_join_form("")->confirms);
    CHECK_FALSE(read_join_form("List-Unsubscribe=One-Click")->confirms);
}

TEST_CASE("a filled field that nobody sees is a trap that has closed") {
    CHECK(read_join_form("email=a%40b.org&website=http%3A%2F%2Fspam")->trapped);
    CHECK(read_join_form("website=&website=x")->trapped);
    CHECK_FALSE(read_join_form("website=+")->trapped);
}

TEST_CASE("of a field that stands twice the first counts") {
    CHECK(read_join_form("email=a%40b.org&email=c%40d.org")->address == "a@b.org");
    CHECK(read_join_form("email=&email=c%40d.org")->address.empty());
}

TEST_CASE("what cannot be decoded, or is too long, is no form") {
    CHECK_FALSE(read_join_form("email=%zz"));
    CHECK_FALSE(read_join_form("email=%4"));
    CHECK_FALSE(read_join_form("%=x"));
    CHECK_FALSE(read_join_form(std::string(join_form_limit + 1, 'a')));
    CHECK(read_join_form(std::string(join_form_limit, '&')));
}
