#include "public/preferences_form.hpp"

#include <catch2/catch.hpp>

using namespace paperround::pages;

TEST_CASE("a form says what was shown, what is read, and how") {
    const auto form = read_preferences_form(
        "shown=notes&read=notes&shown=other&language=de&name=J%C3%B6rg+M.&preferences=save");
    REQUIRE(form);
    CHECK(form->shown == std::set<std::string, std::less<>>{"notes", "other"});
    CHECK(form->read == std::set<std::string, std::less<>>{"notes"});
    CHECK(form->language == "de");
    CHECK(form->name == "J\xC3\xB6rg M.");
    CHECK(read_preferences_form("shown=a&preferences=save\r\n"));
}

TEST_CASE("a body that does not end as ours does says nothing: it may have been cut off") {
    const std::string whole = "shown=notes&read=notes&language=de&name=J&preferences=save";
    for (std::size_t length = 0; length < whole.size(); ++length)
        CHECK_FALSE(read_preferences_form(whole.substr(0, length)));
    CHECK_FALSE(read_preferences_form("List-Unsubscribe=One-Click"));
    CHECK_FALSE(read_preferences_form("preferences=save&shown=notes"));
    CHECK_FALSE(read_preferences_form("shown=%zz&preferences=save"));
    CHECK_FALSE(read_preferences_form(std::string(preferences_form_limit, 'a') + "&preferences=save"));
}
