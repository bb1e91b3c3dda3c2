#include "feed/feed_parser.hpp"

#include <catch2/catch.hpp>
#include <ctime>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using feed::parse_feed;

namespace {

// Seconds of processor time, with sanitizers and beside other work; what is not linear takes minutes.
constexpr double linear_work = 5.0;

std::string rss(const std::string& items) {
    return R"(<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>)" + items +
           "</channel></rss>";
}
std::string golden(const std::string& name) {
    return test::slurp(test::source_folder() + "/tests/golden/feeds/" + name);
}
// What holds for every result, whatever came in.
void check_sound(const feed::FeedResult& result) {
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
    feed::FeedResult result;
    const auto took = time_of([&] { result = parse_feed(bomb, "https://example.org/", ""); });
    CHECK(took < linear_work);
    REQUIRE(result.error);
    CHECK(result.error->to_line() ==
          "line 1: its entities expand to more than 1048576 octets: it is refused");
    check_sound(result);
}

TEST_CASE("declarations that never end are refused, and not slowly") {
    std::string type = "<!DOCTYPE x [";
    for (int i = 0; i < 200000; ++i) type += "<!ENTITY";
    feed::FeedResult result;
    const auto took =
        time_of([&] { result = parse_feed(type + "]>" + rss(""), "https://example.org/", ""); });
    CHECK(took < linear_work);
    REQUIRE(result.error);
    CHECK(result.error->to_line() == "line 1: its document type is larger than 262144 octets: it is refused");
    // A comment before it does not hide it.
    CHECK(parse_feed("<!-- x -->" + type + "]>" + rss(""), "https://example.org/", "").error.has_value());
}

TEST_CASE("attributes that the document type gives to every element are not obeyed") {
    std::string type = "<!DOCTYPE rss [<!ATTLIST category";
    for (int i = 0; i < 10000; ++i) type += " a" + std::to_string(i) + " CDATA 'x'";
    std::string categories;
    for (int i = 0; i < 50000; ++i) categories += "<category/>";
    feed::FeedResult result;
    const std::string body = "<item><title>Still here</title>" + categories + "</item>";
    const auto took = time_of(
        [&] { result = parse_feed(type + ">]>" + rss(body).substr(21), "https://example.org/", ""); });
    CHECK(took < linear_work);
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].title == "Still here");
}

TEST_CASE("an element with a hundred thousand attributes keeps some of them, and the rest goes on") {
    std::string attributes;
    for (int i = 0; i < 160000; ++i) attributes += " a" + std::to_string(i) + "=\"1\"";
    feed::FeedResult result;
    const auto took = time_of([&] {
        result = parse_feed(
            rss("<item><title>One</title><x" + attributes + "/></item><item><title>Two</title></item>"),
            "https://example.org/", "");
    });
    CHECK(took < linear_work);
    REQUIRE(result.posts.size() == 2);
    CHECK(result.posts[1].title == "Two");
    REQUIRE_FALSE(result.warnings.empty());
    CHECK(result.warnings[0].to_line() ==
          "line 1: an element has more than 1000 attributes: the rest is left out");
}

TEST_CASE("a document of more elements than any feed has is refused") {
    std::string elements;
    for (int i = 0; i < 500001; ++i) elements += "<a/>";
    const auto result = parse_feed(rss("<item>" + elements + "</item>"), "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->message == "more than 500000 elements and attributes: it is refused");
}

TEST_CASE("namespaces that pile up are refused") {
    std::string text = "<rss version=\"2.0\"";
    for (int i = 0; i < 257; ++i)
        text += " xmlns:a" + std::to_string(i) + "=\"urn:" + std::to_string(i) + "\"";
    const auto result = parse_feed(text + "><channel/></rss>", "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->message == "more than 256 namespaces at once: it is refused");
    // One after the other they do not.
    std::string divs;
    for (int i = 0; i < 300; ++i) divs += "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>";
    CHECK_FALSE(parse_feed(rss("<item><title>T</title><description>" + divs + "</description></item>"),
                           "https://example.org/", "")
                    .error);
}

TEST_CASE("a million end tags that never close are passed over, and not slowly") {
    std::string ends;
    for (int i = 0; i < 1000000; ++i) ends += "</";
    feed::FeedResult result;
    const auto took = time_of([&] {
        result = parse_feed(rss("<item><title>T</title><description>" + ends + "</description></item>"),
                            "https://example.org/", "");
    });
    CHECK(took < linear_work);
    check_sound(result);
}

TEST_CASE("references in attributes are characters, also in what had to be mended") {
    const std::string item =
        "<item><title>T</title><enclosure url=\"https://example.org/i.jpg?w=700&amp;q=85\" "
        "type=\"image/jpeg\"/>"
        "<description>x</description></item>";
    for (const std::string title : {"", "<item><title>Fish & chips</title></item>"}) {
        const auto result = parse_feed(rss(item + title), "https://example.org/", "");
        REQUIRE_FALSE(result.posts.empty());
        CHECK(result.posts[0].image == "https://example.org/i.jpg?w=700&q=85");
        CHECK(result.warnings.empty() == title.empty());
    }
    // Once: what was escaped twice is text.
    const auto twice = parse_feed(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>T</title><category "
        "term=\"a &amp;lt; b &#38;#38; c\"/></entry></feed>",
        "https://example.org/", "");
    REQUIRE(twice.posts.size() == 1);
    CHECK(twice.posts[0].tags == std::vector<std::string>{"a &lt; b &#38; c"});
}

TEST_CASE("an <rss> is RSS whatever its default namespace says") {
    for (const std::string uri :
         {"http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml",
          "http://www.itunes.com/dtds/podcast-1.0.dtd", "http://search.yahoo.com/mrss/",
          "https://cyber.harvard.edu/rss/rss.html"}) {
        INFO(uri);
        const auto result =
            parse_feed("<rss version=\"2.0\" xmlns=\"" + uri +
                           "\" xmlns:c=\"http://purl.org/rss/1.0/modules/content/\"><channel><item>"
                           "<title>T</title><guid>1</guid><c:encoded>x</c:encoded></item>"
                           "</channel></rss>",
                       "https://example.org/", "");
        REQUIRE(result.posts.size() == 1);
        CHECK(result.posts[0].title == "T");
        CHECK(result.posts[0].html == "x");
    }
    const auto channel = parse_feed(
        "<rss version=\"2.0\"><channel xmlns=\"http://www.w3.org/2005/Atom\"><item>"
        "<title>T</title></item></channel></rss>",
        "https://example.org/", "");
    REQUIRE(channel.posts.size() == 1);
    CHECK(channel.posts[0].title == "T");
    const auto inner =
        parse_feed(rss("<item><title>T</title><description xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p>"
                       "</description></item>"),
                   "https://example.org/", "");
    CHECK(inner.posts.at(0).html == "<p>a</p>");
    CHECK(parse_feed(
              "<feed xmlns=\"https://www.w3.org/2005/Atom\"><entry><title>E</title><id>1</id></entry></feed>",
              "https://example.org/", "")
              .posts.size() == 1);
}

TEST_CASE("a description without markup is plain text, one with markup is not") {
    const auto body_of = [](const std::string& description) {
        return parse_feed(rss("<item><title>T</title><description>" + description + "</description></item>"),
                          "https://example.org/", "")
            .posts.at(0)
            .html;
    };
    CHECK(body_of("00:00 Intro\n01:30 The ferry") == "<p>00:00 Intro<br>\n01:30 The ferry</p>");
    CHECK(body_of("Fish &amp;amp; chips\nand more") == "<p>Fish &amp; chips<br>\nand more</p>");
    CHECK(body_of("One line.") == "One line.");
    CHECK(body_of("&lt;custom-tag&gt;a\nb") == "<custom-tag>a\nb");
    CHECK(body_of("&lt;p&gt;a\nb&lt;/p&gt;") == "<p>a\nb</p>");
    CHECK(body_of("Use List&lt;String&gt;\nfor <![CDATA[<ann@harbour.example>]]>") ==
          "<p>Use List&lt;String&gt;<br>\nfor &lt;<a "
          "href=\"mailto:ann@harbour.example\">ann@harbour.example</a>&gt;</p>");
    CHECK(body_of("&lt;center&gt;a\nb") == "<center>a\nb");
    // Escaped once more than it had to be; words about markup are not.
    CHECK(body_of("<![CDATA[&lt;p&gt;a &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;]]>") == "<p>a <b>b</b></p>");
    CHECK(body_of("<![CDATA[Write &lt;b&gt;b&lt;/b&gt;.]]>") == "Write &lt;b&gt;b&lt;/b&gt;.");
    CHECK(body_of("&lt;! [CDATA[&lt;p&gt;a&lt;/p&gt;]]&gt;") == "<p>a</p>");
    CHECK(body_of("<![cdata[<p>a</p>]]>") == "<p>a</p>");
}

TEST_CASE("Atom text without a type that is markup is markup, base64 is what it says") {
    const auto body_of = [](const std::string& content) {
        const auto result = parse_feed("<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>T</title>" +
                                           content + "</entry></feed>",
                                       "https://example.org/", "");
        return result.posts.at(0).html;
    };
    CHECK(body_of("<content>&lt;p&gt;Hello&lt;/p&gt;</content>") == "<p>Hello</p>");
    CHECK(body_of("<content type=\"text\">&lt;p&gt;Hello&lt;/p&gt;</content>") ==
          "<p>&lt;p&gt;Hello&lt;/p&gt;</p>");
    CHECK(body_of("<content>1 &lt; 2</content>") == "<p>1 &lt; 2</p>");
    CHECK(body_of("<content>a&lt;br /&gt;b</content>") == "a<br />b");
    CHECK(body_of("<content type=\"text/html; charset=utf-8\">&lt;p&gt;a&lt;/p&gt;</content>") == "<p>a</p>");
    CHECK(body_of("<content type=\"xhtml\">&lt;p&gt;a&lt;/p&gt;</content>") == "<p>a</p>");
    CHECK(body_of("<content type=\"text/html\" mode=\"base64\">PHA+SGVsbG88\nL3A+</content>") ==
          "<p>Hello</p>");
}

TEST_CASE("valid UTF-8 beyond ASCII is UTF-8 whatever was declared") {
    const std::string item = "<item><title>Café in Łódź</title></item>";
    CHECK(parse_feed(rss(item), "https://example.org/", "application/rss+xml; charset=ISO-8859-1")
              .posts.at(0)
              .title == "Café in Łódź");
    CHECK(parse_feed("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + rss(item).substr(21), "", "")
              .posts.at(0)
              .title == "Café in Łódź");
    CHECK(parse_feed(rss("<item><title>Caf\xE9</title></item>"), "", "text/xml; charset=ISO-8859-1")
              .posts.at(0)
              .title == "Café");
}

TEST_CASE("a JSON Feed of more values than any feed has is refused") {
    std::string values = "{\"items\":[";
    for (int i = 0; i < 1000001; ++i) values += "{},";
    const auto result = parse_feed(values + "{}]}", "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->message == "more than 1000000 values");
}

TEST_CASE("references in the titles of a JSON Feed are characters") {
    const auto result = parse_feed(
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\","
        "\"title\":\"Ann&#8217;s &amp; Ben&#8217;s caf&eacute;\"}]}",
        "https://example.org/", "");
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].title == "Ann’s & Ben’s café");
}

TEST_CASE("a feed full of HTML's own references reads as one with a few") {
    const auto text_of = [](int references) {
        std::string body = "1 &lt; 2";
        for (int i = 0; i < references; ++i) body += "&nbsp;a&hellip;";
        const auto result =
            parse_feed(rss("<item><guid>x</guid><title>Fish &amp; Chips</title><description>" + body +
                           "</description></item>"),
                       "https://example.org/", "");
        REQUIRE(result.posts.size() == 1);
        CHECK(result.posts.front().title == "Fish & Chips");
        return result.posts.front().html;
    };
    const std::string few = text_of(2);
    CHECK(few == "1 < 2\u00A0a…\u00A0a…");
    const std::string many = text_of(2000);
    CHECK(many.starts_with(few));
    CHECK(std::ranges::count(many, 'a') == 2000);
}

TEST_CASE("a document of bare signs that would grow by being mended is refused") {
    const auto result =
        parse_feed(rss("<item><description>" + std::string(9U << 20U, '<') + "</description></item>"),
                   "https://example.org/", "");
    REQUIRE(result.error);
    CHECK(result.error->message == "mended it would be larger than 20971520 octets");
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
    feed::FeedResult result;
    const auto took = time_of([&] { result = parse_feed(deep, "https://example.org/", ""); });
    CHECK(took < linear_work);
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

TEST_CASE("encodings are known under the names that servers give them") {
    const std::pair<std::string, std::string> named[] = {
        {"ISO-8859-8-I", "\xF9"}, {"logical", "\xF9"},
        {"x-euc-jp", "\xB9\xC1"}, {"win-1251", "\xC3"},
        {"windows1251", "\xC3"},  {"x-cp1250", "\xA3"},
        {"ms949", "\xBE\xC8"},    {"windows-949", "\xBE\xC8"},
        {"euc_kr", "\xBE\xC8"},   {"dos-874", "\xCA"},
        {"koi", "\xE7"},          {"sun_eu_greek", "\xEB"},
        {"x-x-big5", "\xB4\xE4"}, {"x-mac-cyrillic", "\x83"},
        {"ansi", "\xE9"},         {"ks_c_5601-1989", "\xBE\xC8"},
        {"csbig5", "\xB4\xE4"}};
    const std::string meant[] = {"ש", "ש", "港", "Г",  "Г", "Ł", "안", "안", "안",
                                 "ส", "Г", "λ",  "港", "Г", "é", "안", "港"};
    for (std::size_t i = 0; i < std::size(named); ++i) {
        INFO(named[i].first);
        const auto result =
            parse_feed("<?xml version=\"1.0\" encoding=\"" + named[i].first + "\"?>" +
                           rss("<item><title>" + named[i].second + "</title></item>").substr(21),
                       "https://example.org/", "");
        CHECK(result.posts.at(0).title == meant[i]);
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

TEST_CASE("an item's text does not begin with its title") {
    const auto result = parse_feed(rss("<item><title>The storm</title><description>&lt;h1&gt;The "
                                       "storm&lt;/h1&gt;&lt;p&gt;It came.&lt;/p&gt;"
                                       "</description></item>"),
                                   "https://example.org/", "");
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].html == "<p>It came.</p>");
}
