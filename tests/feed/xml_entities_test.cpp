#include "feed/xml_entities.hpp"

#include <catch2/catch.hpp>

using namespace paperround::feed;

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

TEST_CASE("a declaration ends outside of its comments") {
    CHECK(declaration_length("<!DOCTYPE a [<!-- it's > ]> -->]>rest") == 33);
}

TEST_CASE("the document type stands behind comments and instructions, or nowhere") {
    CHECK(find_document_type(" <?x?><!-- <!DOCTYPE b> --><!doctype a [ ]><rss/>") == "<!doctype a [ ]>");
    CHECK(find_document_type("<rss><!DOCTYPE a></rss>").empty());
    CHECK(find_document_type("<!-- never ends").empty());
    CHECK(find_document_type("").empty());
}

TEST_CASE("entities that multiply are a bomb, in whatever order they are declared") {
    const std::string ten = "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;";
    const auto bomb = [](const std::string& a, const std::string& b) {
        return refusal_of("<!DOCTYPE x [<!ENTITY b \"" + b + "\"><!ENTITY a \"" + a + "\">]>").has_value();
    };
    CHECK_FALSE(bomb(std::string(1000, 'x'), ten));
    CHECK(bomb(std::string(200000, 'x'), ten));
    CHECK(bomb("&b;", "&a;"));
    CHECK_FALSE(bomb("&unknown;", "&"));
    CHECK_FALSE(refusal_of("<!DOCTYPE x>"));
    CHECK_FALSE(refusal_of("<!DOCTYPE x [<!ENTITY a \"never ends"));
    CHECK_FALSE(refusal_of(""));
}

TEST_CASE("more declarations than any document has, or a larger type, are refused") {
    const auto with = [](int declarations) {
        std::string type = "<!DOCTYPE x [";
        for (int i = 0; i < declarations; ++i) type += "<!ENTITY a" + std::to_string(i) + " \"x\">";
        return refusal_of(type + "]>").value_or("");
    };
    CHECK(with(2000).empty());
    CHECK(with(2001) == "it declares more than 2000 entities: it is refused");
    CHECK(refusal_of("<!DOCTYPE x [<!-- " + std::string(256U << 10U, 'x') + " -->]>") ==
          "its document type is larger than 262144 octets: it is refused");
}

TEST_CASE("foreign references are those to entities that XML does not have, in its own text") {
    CHECK(has_foreign_references("<a>&nbsp;&hellip;</a>", 1));
    CHECK_FALSE(has_foreign_references("<a>&nbsp;&hellip;</a>", 2));
    CHECK_FALSE(has_foreign_references("&amp;&lt;&gt;&quot;&apos;&#160;&#xA0;", 0));
    CHECK_FALSE(has_foreign_references("<!-- &nbsp; --><![CDATA[&nbsp;]]>", 0));
    CHECK(has_foreign_references("<!-- --><![CDATA[]]>&nbsp;", 0));
    CHECK_FALSE(has_foreign_references("<![CDATA[ never closed &nbsp;", 0));
}
