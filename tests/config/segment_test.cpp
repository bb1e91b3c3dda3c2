#include "config/segment.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using config::Segment;

namespace {

const std::map<std::string, std::string> attributes{{"language", "de-AT"}, {"town", "Graz"}, {"größe", "XL"}};
const std::vector<std::string> tags{"beta", "long walks"};

bool holds(std::string_view expression) {
    const auto segment = Segment::parse(expression);
    INFO(expression);
    REQUIRE(segment);
    return segment->holds({"Ada@Example.org", "Ada", attributes, tags});
}

std::string problem(std::string_view expression) {
    const auto segment = Segment::parse(expression);
    if (segment) return "none";
    return std::to_string(segment.error().column) + ": " + segment.error().message;
}

}  // namespace

TEST_CASE("a segment compares what is known of a reader") {
    CHECK(holds("town = 'Graz'"));
    CHECK_FALSE(holds("town = 'graz'"));
    CHECK(holds("TOWN = \"Graz\""));
    CHECK(holds("größe = 'XL'"));
    CHECK(holds("town != ''"));
    CHECK(holds("street = ''"));
    CHECK(holds("name = 'Ada'"));
    CHECK(holds("email = 'ada@example.org'"));
    CHECK(holds("domain = 'EXAMPLE.ORG'"));
    CHECK(holds("town in ('Wien', 'Graz')"));
    CHECK_FALSE(holds("town in ('Wien')"));
}

TEST_CASE("a language holds for its variants, and not the other way round") {
    CHECK(holds("lang = 'de'"));
    CHECK(holds("lang = 'DE-at'"));
    CHECK_FALSE(holds("lang = 'd'"));
    CHECK_FALSE(holds("lang = 'de-CH'"));
    CHECK_FALSE(holds("lang = ''"));
    CHECK(holds("lang != 'en'"));
    CHECK(Segment::parse("lang = ''")->holds({"a@b.c", "", {}, {}}));
}

TEST_CASE("a tag is had or not, in capitals or not") {
    CHECK(holds("tag 'beta'"));
    CHECK(holds("tag 'Long Walks'"));
    CHECK_FALSE(holds("tag 'bet'"));
    CHECK(holds("not tag 'alpha'"));
}

TEST_CASE("and binds closer than or, not closest, and brackets group") {
    CHECK(holds("lang = 'de' and town != '' and tag 'beta'"));
    CHECK(holds("town = 'Graz' or town = 'Wien' and tag 'alpha'"));
    CHECK_FALSE(holds("(town = 'Graz' or town = 'Wien') and tag 'alpha'"));
    CHECK(holds("not town = 'Wien' and tag 'beta'"));
    CHECK_FALSE(holds("not (town = 'Wien' or tag 'beta')"));
    CHECK(holds("NOT NOT tag 'beta' AND (town = 'Graz')"));
    CHECK(holds("tag'beta'and(town='Graz')"));
}

TEST_CASE("a quote within a text is written twice") {
    CHECK(Segment::parse("town = 'L''Aquila'")->holds({"", "", {{"town", "L'Aquila"}}, {}}));
    CHECK(Segment::parse("town = \"L'Aquila\"")->holds({"", "", {{"town", "L'Aquila"}}, {}}));
}

TEST_CASE("a mistake is named with its place") {
    CHECK(problem("") == "1: expected a name such as lang, \"tag\", \"not\" or \"(\", got the end");
    CHECK(problem("lang = de") == "8: expected a text in quotes, got \"de\"");
    CHECK(problem("lang == 'de'") == "7: expected a text in quotes, got \"=\"");
    CHECK(problem("lang > 'de'") == "6: expected =, != or in, got \">\"");
    CHECK(problem("lang = 'de") == "8: this quote is not closed");
    CHECK(problem("lang = 'de' town = 'x'") == "13: expected \"and\", \"or\" or the end, got \"town\"");
    CHECK(problem("(lang = 'de'") == "13: expected \")\", got the end");
    CHECK(problem("lang = 'de' and") ==
          "16: expected a name such as lang, \"tag\", \"not\" or \"(\", got the end");
    CHECK(problem("and = 'x'") == "1: expected a name such as lang, \"tag\", \"not\" or \"(\", got \"and\"");
    CHECK(problem("town in 'x'") == "9: expected \"(\" behind in, got \"'\"");
    CHECK(problem("town in ('x' 'y')") == "14: expected \",\" or \")\", got \"'\"");
    CHECK(problem("town in ()") == "10: expected a text in quotes, got \")\"");
    CHECK(problem("\xff = 'x'") == "1: expected UTF-8");
}

TEST_CASE("an expression is bounded in length and depth") {
    CHECK(problem(std::string(1U << 20U, '(')) == "2001: expected at most 2000 octets, got 1048576");
    CHECK(problem(std::string(100, '(') + "tag 'x'").find("at most 20 levels") != std::string::npos);
    std::string nots;
    for (int i = 0; i < 100; ++i) nots += "not ";
    CHECK(problem(nots + "tag 'x'").find("at most 20 levels") != std::string::npos);
    std::string flat = "tag 'x'";
    while (flat.size() < 1980) flat += " or tag 'x'";
    CHECK(problem(flat) == "none");
}
