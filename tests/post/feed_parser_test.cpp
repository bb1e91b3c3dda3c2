#include "post/feed_parser.hpp"

#include <catch2/catch.hpp>
#include <ctime>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using post::parse_feed;

namespace {

std::string rss(const std::string& items) {
    return R"(<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>)" + items +
           "</channel></rss>";
}
std::string golden(const std::string& name) {
    return test::slurp(test::source_folder() + "/tests/golden/feeds/" + name);
}
// What holds for every result, whatever came in.
void check_sound(const post::FeedResult& result) {
    if (result.error) {
        CHECK(result.posts.empty());
        CHECK_FALSE(result.complete);
        CHECK_FALSE(result.error->message.empty());
        CHECK_FALSE(has_control_characters(result.error->to_line()));
    }
    for (const auto& post : result.posts) {
        CHECK_FALSE(post.id.empty());
        for (const auto& line : {post.id, post.link, post.title, post.subtitle, post.author, post.image}) {
            CHECK_FALSE(has_control_characters(line));
            CHECK(is_utf8(line));
        }
        CHECK(is_utf8(post.html));
        CHECK(post.html.find('\0') == std::string::npos);
    }
}
// In seconds of the processor's time, which a busy machine does not stretch.
template <class Call>
double time_of(Call&& call) {
    const auto begin = std::clock();
    call();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("a feed cut at any place gives whole posts or a clear error, and says that it was cut") {
    for (const std::string name : {"rss2-full.xml", "atom-full.xml", "rss1-rdf.xml", "json-feed.json"}) {
        const std::string whole = trim(golden(name)).data();
        const auto all = parse_feed(whole, "https://example.org/", "");
        const std::size_t end = trim(whole).size();
        for (std::size_t i = 1; i <= 60; ++i) {
            const std::size_t at = end * i / 61;
            INFO(name << " cut at " << at);
            const auto result = parse_feed(std::string_view(whole).substr(0, at), "https://example.org/", "");
            check_sound(result);
            CHECK_FALSE(result.complete);
            CHECK((result.error || !result.warnings.empty()));
            // Never half a post: each is one of the whole feed's.
            for (std::size_t k = 0; k < result.posts.size(); ++k) CHECK(result.posts[k] == all.posts.at(k));
        }
    }
}

TEST_CASE("a cut feed without a whole post is an error, with the place where it ended") {
    const auto result =
        parse_feed("<rss version=\"2.0\"><channel>\n<title>T</title>", "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->line == 2);
    CHECK(result.error->to_line().find("line 2") == 0);
}

TEST_CASE("an entity bomb is refused, and not slowly") {
    std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a0 \"ha\">";
    for (int i = 1; i < 30; ++i) {
        const std::string below = "&a" + std::to_string(i - 1) + ";";
        bomb += "<!ENTITY a" + std::to_string(i) + " \"" + below + below + below + below + "\">";
    }
    bomb +=
        "]><rss "
        "version=\"2.0\"><channel><title>&a29;</title><item><title>&a29;</title></item></channel></rss>";
    post::FeedResult result;
    const auto took = time_of([&] { result = parse_feed(bomb, "https://example.org/", ""); });
    CHECK(took < 1.0);
    REQUIRE(result.error);
    CHECK(result.error->to_line() ==
          "line 1: its entities expand to more than 1048576 octets: it is refused");
    check_sound(result);
}

TEST_CASE("an entity that refers to itself is refused") {
    const auto result = parse_feed(
        "<!DOCTYPE rss [<!ENTITY b \"&a;\"><!ENTITY a \"x&b;\">]><rss version=\"2.0\"><channel/></rss>",
        "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->message.find("its entities expand") == 0);
}

TEST_CASE("a plain entity that is used a million times does not multiply") {
    std::string uses;
    for (int i = 0; i < 1000000; ++i) uses += "&a;";
    const auto result = parse_feed("<!DOCTYPE rss [<!ENTITY a \"" + std::string(100, 'x') + "\">]>" +
                                       rss("<item><description>" + uses + "</description></item>").substr(21),
                                   "https://example.org/", "");
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].html.size() < uses.size() + (64U << 10U));
}

TEST_CASE("parameter entities and external entities are not obeyed") {
    const auto result = parse_feed(
        "<!DOCTYPE rss [<!ENTITY % remote SYSTEM \"http://127.0.0.1:1/x.dtd\"> %remote; "
        "<!ENTITY file SYSTEM \"file:///etc/passwd\">]>" +
            rss("<item><title>&file;</title></item>").substr(21),
        "https://example.org/", "");
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].title == "&file;");
}

TEST_CASE("100 000 nested elements are refused in no time") {
    std::string deep = "<rss version=\"2.0\"><channel><item><title>x</title><description>";
    for (int i = 0; i < 100000; ++i) deep += "<b>";
    post::FeedResult result;
    const auto took = time_of([&] { result = parse_feed(deep, "https://example.org/", ""); });
    CHECK(took < 5.0);
    REQUIRE(result.error);
    CHECK(result.error->message == "elements are nested deeper than 128");
}

TEST_CASE("a feed that closes none of its 300 items has every one of them") {
    std::string items;
    for (int i = 0; i < 300; ++i) items += "<item><title>" + std::to_string(i) + "</title>";
    const auto result = parse_feed(rss(items), "", "");
    REQUIRE_FALSE(result.error);
    REQUIRE(result.posts.size() == 300);
    CHECK(result.posts.front().title == "0");
    CHECK(result.posts.back().title == "299");
}

TEST_CASE("deeply nested JSON is refused with its place") {
    const std::string deep =
        "{\"version\": \"https://jsonfeed.org/version/1.1\",\n\"items\": " + std::string(100000, '[') +
        std::string(100000, ']') + "}";
    const auto result = parse_feed(deep, "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->line == 2);
    CHECK(result.error->message == "nested deeper than 64");
}

TEST_CASE("brackets inside JSON text do not count as depth") {
    const auto result =
        parse_feed(R"({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": ")" +
                       std::string(1000, '[') + R"(\"{"}]})",
                   "https://example.org/", "");
    CHECK_FALSE(result.error);
    CHECK(result.posts.size() == 1);
}

TEST_CASE("the charset of Content-Type wins over the declaration") {
    const std::string feed =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>\xe9"
        "</title></channel></rss>";
    CHECK(parse_feed(feed, "https://example.org/", "text/xml; charset=\"ISO-8859-1\"").title == "é");
    CHECK(parse_feed(feed, "https://example.org/", "text/xml; charset=ISO-8859-1").warnings.empty());
}

TEST_CASE("a server that says UTF-8 of another encoding is not believed") {
    const std::string feed =
        "<?xml version=\"1.0\" encoding=\"koi8-r\"?><rss version=\"2.0\"><channel><title>\xf0"
        "</title></channel></rss>";
    const auto result = parse_feed(feed, "https://example.org/", "text/xml; charset=utf-8");
    CHECK(result.title == "П");
    CHECK(result.warnings.size() == 1);
}

TEST_CASE("odd names of encodings do no harm") {
    for (const std::string name : {"UTF-8//IGNORE", "../../etc", "", "UTF-16", "UCS-4", "UTF-7", "%n%n"}) {
        INFO(name);
        const auto result =
            parse_feed("<?xml version=\"1.0\" encoding=\"" + name + "\"?>" + rss("").substr(21),
                       "https://example.org/", "text/xml; charset=" + name);
        CHECK(result.title == "T");
    }
}

TEST_CASE("no more than 20 000 posts are taken, and it is said") {
    std::string items;
    for (int i = 0; i < 20050; ++i)
        items += "<item><guid>" + std::to_string(i) + "</guid><title>x</title></item>";
    const auto result = parse_feed(rss(items), "https://example.org/", "");
    CHECK(result.posts.size() == 20000);
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].message == "more than 20000 posts: the rest is left out");
}

TEST_CASE("a body over the limit is refused") {
    const auto result = parse_feed(std::string((10U << 20U) + 1, ' '), "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->message == "larger than the limit of 10485760 octets");
}

TEST_CASE("an endless title is cut, an endless id is still one identity") {
    const std::string longish(100000, 'x');
    const auto result =
        parse_feed(rss("<item><guid>" + longish + "</guid><title>" + longish + "</title></item>" +
                       "<item><guid>" + longish + "y</guid><title>b</title></item>"),
                   "https://example.org/", "");
    REQUIRE(result.posts.size() == 2);
    CHECK(result.posts[0].title.size() == 2000);
    CHECK(result.posts[0].id.size() < 100);
    CHECK(result.posts[0].id != result.posts[1].id);
}

TEST_CASE("links that are not http or https are left out") {
    const auto result = parse_feed(rss("<item><guid isPermaLink=\"false\">1</guid><title>x</title>"
                                       "<link>javascript:alert(1)</link></item>"
                                       "<item><guid isPermaLink=\"false\">2</guid><title>y</title>"
                                       "<link>https://user:word@example.org/</link></item>"),
                                   "https://example.org/", "");
    REQUIRE(result.posts.size() == 2);
    CHECK(result.posts[0].link.empty());
    CHECK(result.posts[1].link.empty());
}

TEST_CASE("a post without id and link is known by its content") {
    const auto one = parse_feed(rss("<item><title>a</title><description>b</description></item>"), "", "");
    const auto same = parse_feed(rss("<item><title> a</title><description>b </description></item>"), "", "");
    const auto other = parse_feed(rss("<item><title>a</title><description>c</description></item>"), "", "");
    REQUIRE(one.posts.size() == 1);
    CHECK(one.posts[0].id == same.posts.at(0).id);
    CHECK(one.posts[0].id != other.posts.at(0).id);
}

TEST_CASE("links of a feed from disk are resolved against the site it names") {
    const auto result = parse_feed(
        "<rss version=\"2.0\"><channel><title>T</title><link>https://example.org/blog/</link>"
        "<item><title>x</title><link>/one</link></item></channel></rss>",
        "file:///srv/feed.xml", "");
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].link == "https://example.org/one");
}

TEST_CASE("hostile octets crash nothing") {
    for (const std::string& input :
         {std::string("\0\0\0\0", 4), std::string("<"), std::string("<rss"), std::string("<rss>"),
          std::string("&"), std::string("<![CDATA["), std::string("<!DOCTYPE"), std::string("<?xml"),
          std::string("\xff\xfe"), std::string("\xff\xfe<"), std::string("{"), std::string("["),
          std::string("<a><b></a></b>"), std::string("<rss><channel><item a=\"1\" a='2' =3 b c=></channel>"),
          std::string(100000, '<'), std::string(100000, '&'), std::string("<rss xmlns:a='b'><a:item/></rss>"),
          std::string("<:x/>"), "<rss><channel>" + std::string(50000, '\r') + "</channel></rss>"}) {
        INFO(input.substr(0, 30));
        check_sound(parse_feed(input, "https://example.org/", ""));
    }
}
