#include "websub/hub_discovery.hpp"

#include <catch2/catch.hpp>

#include "feed/feed_parser.hpp"

using namespace paperround;
using namespace paperround::websub;

namespace {

const std::string url = "https://example.org/feed";
using Fields = std::vector<std::string>;

HubAnnouncement announced(const std::string& document, const Fields& fields = {},
                          const std::string& at = url) {
    return announced_hub(fields, feed::parse_feed(document, at, {}), at);
}
std::string rss(const std::string& channel) {
    return "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>T</title>" +
           channel + "</channel></rss>";
}
const HubAnnouncement expected{"https://hub.example.net/", "https://example.org/topic", false};

}  // namespace

TEST_CASE("RSS names its hub and itself in links of Atom") {
    CHECK(announced(rss(R"(<atom:link rel="hub" href="https://hub.example.net/"/>
        <atom:link rel="self" href="https://example.org/topic"/>)")) == expected);
}

TEST_CASE("Atom names its hub and itself in links, resolved against xml:base") {
    CHECK(announced(R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/">
        <link rel="hub" href="https://hub.example.net/"/><link rel="self" href="topic"/></feed>)") ==
          expected);
}

TEST_CASE("RDF names its hub in the channel") {
    CHECK(
        announced(
            R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>
        <atom:link rel="hub" href="https://hub.example.net/"/><atom:link rel="self" href="https://example.org/topic"/>
        </channel></rdf:RDF>)") == expected);
}

TEST_CASE("JSON Feed names hubs by type, and its own address") {
    CHECK(announced(R"({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [],
        "feed_url": "https://example.org/topic",
        "hubs": [{"type": "rssCloud", "url": "https://cloud.example.net/"}, 7, {"type": "WebSub"},
                 {"type": "WebSub", "url": "https://hub.example.net/"}]})") == expected);
}

TEST_CASE("Link fields go before what the document says, each for itself") {
    const std::string document = rss(R"(<atom:link rel="hub" href="https://other.example.net/"/>
        <atom:link rel="self" href="https://example.org/topic"/>)");
    CHECK(announced(document, {"<https://hub.example.net/>; rel=hub"}) == expected);
    CHECK(announced(document, {"</a>; rel=\"self\"", "<https://hub.example.net/>; rel=hub"}).topic ==
          "https://example.org/a");
}

TEST_CASE("a feed that does not name itself is known by where it was read") {
    CHECK(announced(rss(""), {"<https://hub.example.net/>; rel=hub"}, url + "#top").topic == url);
}

TEST_CASE("an address that may hold a secret is told to no hub: such a feed has to name itself") {
    const Fields hub{"<https://hub.example.net/>; rel=hub"};
    CHECK(announced(rss(""), hub, url + "?token=secret") == HubAnnouncement{});
    CHECK(announced(rss(R"(<atom:link rel="self" href="https://example.org/topic"/>)"), hub,
                    url + "?token=secret") == expected);
}

TEST_CASE("a link of an item, or about another document, names no hub of the feed") {
    CHECK(announced(
              rss("<item><title>x</title><atom:link rel=\"hub\" href=\"https://hub.example.net/\"/></item>"))
              .hub.empty());
    CHECK(announced(rss(""), {"<https://hub.example.net/>; rel=hub; anchor=\"/other\""}).hub.empty());
    CHECK(announced(rss("")) == HubAnnouncement{});
}

TEST_CASE("only http and https are hubs, and a feed over https has only hubs over https") {
    for (const auto* hub : {"ftp://hub.example.net/", "javascript:alert(1)", "file:///etc/passwd",
                            "https://user:secret@hub.example.net/", "http://hub.example.net/", "//", ""}) {
        CAPTURE(hub);
        CHECK(announced(rss("<atom:link rel=\"hub\" href=\"" + std::string(hub) + "\"/>")).hub.empty());
        CHECK(announced(rss(""), {"<" + std::string(hub) + ">; rel=hub"}).hub.empty());
    }
    const Fields both{"<http://a.example.net/>; rel=hub", "<https://b.example.net/>; rel=hub"};
    CHECK(announced(rss(""), both).hub == "https://b.example.net/");
    CHECK(announced(rss(""), both, "http://example.org/feed").hub == "http://a.example.net/");
}

TEST_CASE("a feed names at most eight hubs, and none that is longer than an address may be") {
    std::string many;
    for (int i = 0; i < 20; ++i) many += "<atom:link rel=\"hub\" href=\"https://hub.example.net/\"/>";
    CHECK(feed::parse_feed(rss(many), url, {}).hubs.size() == 8);
    const std::string endless = "https://hub.example.net/" + std::string(2000, 'a');
    CHECK(announced(rss("<atom:link rel=\"hub\" href=\"" + endless + "\"/>")).hub.empty());
}
