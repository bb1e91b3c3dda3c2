#include "post/xml_entities.hpp"

#include <catch2/catch.hpp>

using namespace paperround::post;

TEST_CASE("only entities of short plain text are of use") {
    const auto entities = read_entities(
        "<!DOCTYPE rss [<!ENTITY a \"plain\"><!ENTITY b '&#169;'><!ENTITY c \"&a;\"><!ENTITY d SYSTEM "
        "\"file:///x\">"
        "<!ENTITY e \"<b>\"><!ENTITY a \"again\"><!ENTITY % f \"g\"><!ENTITY h \"" +
        std::string(101, 'x') + "\">]>");
    REQUIRE(entities.size() == 2);
    CHECK(entities[0].name == "a");
    CHECK(entities[0].text == "plain");
    CHECK(entities[1].text == "©");
    CHECK(declared_reference(entities, "&a; and more")->text == "plain");
    CHECK_FALSE(declared_reference(entities, "&c;"));
    CHECK_FALSE(declared_reference(entities, "&a and more"));
}

TEST_CASE("a declaration ends outside of its quotes and brackets") {
    CHECK(declaration_length("<!DOCTYPE a [<!ENTITY b \">]\">]>rest") == 31);
    CHECK(declaration_length("<!DOCTYPE a>rest") == 12);
    CHECK(declaration_length("<!DOCTYPE a [") == 13);
}

TEST_CASE("entities that multiply are a bomb, in whatever order they are declared") {
    const std::string ten = "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;";
    const auto bomb = [](std::string a, std::string b) {
        return is_entity_bomb("<!DOCTYPE x [<!ENTITY b \"" + b + "\"><!ENTITY a \"" + a + "\">]>");
    };
    CHECK_FALSE(bomb(std::string(1000, 'x'), ten));
    CHECK(bomb(std::string(200000, 'x'), ten));
    CHECK(bomb("&b;", "&a;"));
    CHECK_FALSE(bomb("&unknown;", "&"));
    CHECK_FALSE(is_entity_bomb("<!DOCTYPE x>"));
    CHECK_FALSE(is_entity_bomb("<!DOCTYPE x [<!ENTITY a \"never ends"));
}
