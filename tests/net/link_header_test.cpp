#include "net/link_header.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using net::parse_link_field;

TEST_CASE("a link field gives targets with their relations") {
    const auto links = parse_link_field(R"(<https://hub.example.org/>; rel="hub", </feed>; rel=self)");
    REQUIRE(links.size() == 2);
    CHECK(links[0].target == "https://hub.example.org/");
    CHECK(links[0].has_relation("hub"));
    CHECK_FALSE(links[0].has_relation("self"));
    CHECK(links[1].target == "/feed");
    CHECK(links[1].has_relation("self"));
}

TEST_CASE("one link stands in several relations, whatever the case of their letters") {
    const auto links = parse_link_field(R"(<a> ; REL = "Next  HUB" ; title="x")");
    REQUIRE(links.size() == 1);
    CHECK(links[0].relations == std::vector<std::string>{"next", "hub"});
}

TEST_CASE("only the first rel of a link counts") {
    const auto links = parse_link_field("<a>; rel=next; rel=hub");
    REQUIRE(links.size() == 1);
    CHECK_FALSE(links[0].has_relation("hub"));
}

TEST_CASE("commas and semicolons within quotes and angle brackets part nothing") {
    const auto links = parse_link_field(R"(<a,b;c>; title="x, <y>; rel=hub \" ,"; rel=self, <d>; rel=hub)");
    REQUIRE(links.size() == 2);
    CHECK(links[0].target == "a,b;c");
    CHECK(links[0].relations == std::vector<std::string>{"self"});
    CHECK(links[1].target == "d");
}

TEST_CASE("a link with an anchor speaks about something else, and says so") {
    const auto links = parse_link_field(R"(<a>; rel=hub; anchor="/other")");
    REQUIRE(links.size() == 1);
    CHECK(links[0].anchored);
}

TEST_CASE("what is malformed is passed over up to the next link") {
    for (const auto* field : {"nonsense, <b>; rel=hub", "<a, <b>; rel=hub", "\"quoted, still\", <b>; rel=hub",
                              ", ,, <b>; rel=hub", "<>; rel=hub, <b>; rel=hub", "<a> junk, <b>; rel=hub"}) {
        CAPTURE(field);
        const auto links = parse_link_field(field);
        REQUIRE_FALSE(links.empty());
        CHECK(links.back().has_relation("hub"));
        CHECK(links.back().target.ends_with("b"));
    }
    for (const auto* field : {"", ",", "<", "<a", ">", ";;;", "<a>; rel=\"hub", "rel=hub", "\"", "\\"}) {
        CAPTURE(field);
        CHECK(parse_link_field(field).empty());
    }
    CHECK(parse_link_field("<a>; rel; rel=").front().relations.empty());
}

TEST_CASE("the limits on links, parameters and lengths hold") {
    std::string many;
    for (int i = 0; i < 100; ++i) many += "<a>; rel=hub,";
    CHECK(parse_link_field(many).size() == 64);
    std::string parameters = "<a>; rel=hub";
    for (int i = 0; i < 40; ++i) parameters += "; x=y";
    CHECK(parse_link_field(parameters).empty());
    CHECK(parse_link_field("<" + std::string(2001, 'a') + ">; rel=hub, <b>; rel=hub").size() == 1);
    CHECK(parse_link_field(std::string(16384, ' ') + "<b>; rel=hub").empty());
}
