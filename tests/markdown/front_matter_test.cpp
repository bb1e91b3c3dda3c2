#include "markdown/front_matter.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "base/text/date_time.hpp"
#include "base/utf8.hpp"

using namespace paperround;
using markdown::read_front_matter;

namespace {
std::string error_of(std::string_view text) {
    const auto result = read_front_matter(text);
    return result ? "none" : std::to_string(result.error().line) + ": " + result.error().message;
}
}  // namespace

TEST_CASE("Windows line ends, a byte order mark and an empty block are read") {
    const auto matter = read_front_matter("\xEF\xBB\xBF---\r\ntitle: T\r\n---\r\nBody\r\n");
    REQUIRE(matter.has_value());
    CHECK(matter->title == "T");
    CHECK(matter->body == "Body\r\n");
    CHECK(read_front_matter("---\n---\nBody").value().body == "Body");
    CHECK(read_front_matter("").value().body.empty());
    CHECK(read_front_matter("no front matter").value().body == "no front matter");
}

TEST_CASE("tags may be a list or a text with commas") {
    const std::vector<std::string> expected{"a", "b c"};
    CHECK(read_front_matter("---\ntags: a, b c\n---\n").value().tags == expected);
    CHECK(read_front_matter("---\ntags:\n  - a\n  - b c\n---\n").value().tags == expected);
}

TEST_CASE("bad front matter is an error with its line") {
    CHECK(error_of("---\ntitle: T\n") == "1: the front matter has no closing \"---\" line");
    CHECK(error_of("---\ntitle: T\ndate: soon\n---\n") ==
          "3: date: expected 2026-11-22 or 2026-11-22T08:00:00Z, got \"soon\"");
    CHECK(error_of("---\ntitle: T\ndraft: maybe\n---\n") ==
          "3: draft: expected true or false, got \"maybe\"");
    CHECK(error_of("---\n- a\n---\n") == "2: expected keys and values, got a list");
    CHECK(error_of("---\njust words\n---\n") == "2: expected keys and values (\"title: …\"), got a text");
    CHECK(error_of("---\ntitle: \"open\n---\n") ==
          "2: the front matter is not valid YAML: illegal EOF in scalar");
}

TEST_CASE("a strange shape costs its key, not the post") {
    const auto matter = read_front_matter(
        "---\ntitle: [a, b]\nsubtitle: &x Sub\nslug: *x\nauthor: {name: Ann}\nimage:\n  path: "
        "https://e.org/a.jpg\n"
        "  alt: A\n---\nBody");
    REQUIRE(matter.has_value());
    CHECK(matter->title.empty());
    CHECK(matter->author == "Ann");
    CHECK(matter->image == "https://e.org/a.jpg");
    REQUIRE(matter->problems.size() == 3);
    CHECK(matter->problems[0].message == "title: expected a text, got a list: left out");
    CHECK(matter->problems[0].line == 2);
    CHECK(matter->problems[1].message == "subtitle: anchors are not accepted: left out");
    CHECK(matter->problems[2].message == "slug: aliases are not accepted: left out");
}

TEST_CASE("the usual keys of Jekyll, Hugo, Ghost and Obsidian are read, in any case") {
    const auto matter = read_front_matter(
        "---\nTitle: T\ndescription: About it\nauthors: [{name: Ada}, Bo]\nfeature_image: "
        "https://e.org/f.jpg\n"
        "canonicalURL: https://e.org/t\npermalink: /t/\ntags: ['#sea', {name: Moon}]\ncategories: sea, tide\n"
        "publishDate: 2026-12-24T08:00:00Z\nexpiryDate: 2027-01-01\nlayout: post\nweight: 3\n---\n");
    REQUIRE(matter.has_value());
    CHECK(matter->title == "T");
    CHECK(matter->subtitle == "About it");
    CHECK(matter->author == "Ada, Bo");
    CHECK(matter->image == "https://e.org/f.jpg");
    CHECK(matter->link == "https://e.org/t");
    CHECK(matter->tags == std::vector<std::string>{"sea", "Moon", "tide"});
    CHECK(matter->publish->time == parse_rfc3339("2026-12-24T08:00:00Z"));
    CHECK(matter->expires->time == parse_rfc3339("2027-01-01"));
    CHECK(matter->ignored == std::vector<std::string>{"layout", "weight"});
    CHECK(matter->problems.empty());
}

TEST_CASE("whatever says that a post is not published makes it a draft") {
    const auto is_draft = [](const std::string& line) {
        return read_front_matter("---\n" + line + "\n---\n").value().draft;
    };
    CHECK(is_draft("draft: true"));
    CHECK(is_draft("published: false"));
    CHECK(is_draft("publish: false"));
    CHECK(is_draft("status: draft"));
    for (const std::string line :
         {"status: [draft]", "status: \"[[Draft]]\"", "status: In review", "status: archived",
          "status: unpublished", "private: true", "hidden: yes", "unlisted: true", "headless: true",
          "dg-publish: false", "permalink: false", "eleventyExcludeFromCollections: true",
          "build: {render: never}", "build:\n  list: never", "_build: {render: false}"}) {
        INFO(line);
        CHECK(is_draft(line));
    }
    for (const std::string line :
         {"status: evergreen", "status: [done]", "hidden: false", "permalink: /a/", "share: false",
          "private: [a]", "build: {list: always}", "hidden: some of it"}) {
        INFO(line);
        CHECK_FALSE(is_draft(line));
    }
    CHECK_FALSE(is_draft("draft: false"));
    CHECK_FALSE(is_draft("published: true"));
    CHECK_FALSE(is_draft("published: 2026-11-20"));
    CHECK_FALSE(is_draft("status: published"));
}

TEST_CASE("links of Obsidian's in a front matter are their words") {
    const auto matter = read_front_matter(
        "---\ntitle: T\nauthors:\n  - \"[[people/Ann|Ann Quay]]\"\n  - \"[[people/Ben]]\"\ncover: "
        "\"[[boat.png]]\"\n"
        "date: \"[[daily/2026-11-20|Friday]]\"\ntags: [\"[[sea]]\"]\n---\n");
    REQUIRE(matter.has_value());
    CHECK(matter->author == "Ann Quay, Ben");
    CHECK(matter->image == "boat.png");
    CHECK(matter->date->time == parse_rfc3339("2026-11-20"));
    CHECK(matter->tags == std::vector<std::string>{"sea"});
}

TEST_CASE("a date may be a link, a list of one, or a word that is none") {
    const auto date = [](const std::string& value) {
        const auto matter = read_front_matter("---\ndate: " + value + "\n---\n");
        return matter ? matter->date : std::optional(feed::WrittenDate{});
    };
    const auto day = parse_rfc3339("2026-11-20");
    for (const std::string value : {"\"[[2026-11-20]]\"", "[[2026-11-20]]", "[2026-11-20]"}) {
        INFO(value);
        REQUIRE(date(value));
        CHECK(date(value)->time == day);
    }
    for (const std::string value : {"Last Modified", "git Created", "Created"}) {
        INFO(value);
        CHECK_FALSE(date(value));
    }
}

TEST_CASE("a text that YAML wants in quotation marks is read without them") {
    const auto title = [](const std::string& value) {
        const auto matter = read_front_matter("---\ntitle: " + value + "\ndraft: true\n---\n");
        return matter && matter->draft ? matter->title : "refused";
    };
    CHECK(title("Storm: the day after") == "Storm: the day after");
    CHECK(title("@ann's storm: it's on") == "@ann's storm: it's on");
    CHECK(title("\"Storm\" at sea") == "\"Storm\" at sea");
    CHECK(title("`code` in titles") == "`code` in titles");
    CHECK(title("\"Storm\" # why") == "Storm");
    CHECK(title("[open") == "refused");
}

TEST_CASE("the first line may name the syntax") {
    CHECK(read_front_matter("---toml\ntitle = \"T\"\n---\nB").value().title == "T");
    CHECK(read_front_matter("---json\n{\"title\": \"T\"}\n---\nB").value().title == "T");
    CHECK(read_front_matter("---yaml\ntitle: T\n---\nB").value().body == "B");
    CHECK(read_front_matter("---js\ntitle: T\n---\nB").value().title.empty());
}

TEST_CASE("front matter may be TOML or JSON") {
    const auto toml = read_front_matter(
        "+++\ntitle = \"A \\\"T\\\"\" # why\ndate = 2026-11-03T08:00:00Z\ndraft = true\ntags = ['a',\n  "
        "\"b\"]\n"
        "authors = [{name = \"Ada\"}]\n[cover]\nimage = \"https://e.org/c.jpg\"\n[[menu]]\nname = "
        "\"x\"\n+++\nBody");
    REQUIRE(toml.has_value());
    CHECK(toml->title == "A \"T\"");
    CHECK(toml->date->time == parse_rfc3339("2026-11-03T08:00:00Z"));
    CHECK(toml->draft);
    CHECK(toml->tags == std::vector<std::string>{"a", "b"});
    CHECK(toml->author == "Ada");
    CHECK(toml->image == "https://e.org/c.jpg");
    CHECK(toml->body == "Body");
    const auto json = read_front_matter("{\n\"title\": \"J {\",\n\"draft\": true\n}\n\nBody");
    REQUIRE(json.has_value());
    CHECK(json->title == "J {");
    CHECK(json->draft);
    CHECK(json->body == "\n\nBody");
    CHECK(read_front_matter("{% include x %}\nBody").value().body == "{% include x %}\nBody");
    CHECK(error_of("+++\ntitle = \n+++\n") ==
          "2: the front matter is not valid TOML: expected a value, got \"\"");
    CHECK(error_of("+++\n[(a]\n+++\n") ==
          "2: the front matter is not valid TOML: expected the name of a table, got \"(a]\"");
    CHECK(error_of("+++\ntitle = 'x'\n") == "1: the front matter has no closing \"+++\" line");
    CHECK(error_of("{\n\"title\": x\n}\n") == "2: the front matter is not valid JSON");
    CHECK(error_of("+++\nx = " + std::string(60000, '[') + "\n+++\n") == "2: nested deeper than 10");
}

TEST_CASE("the depth of TOML is limited, whatever makes it") {
    const auto toml = [](const std::string& line) {
        return error_of("+++\ntitle = 'T'\n" + line + "\n+++\n");
    };
    std::string dots;
    for (int i = 0; i < 30'000; ++i) dots += "a.";
    CHECK(toml(dots + "b = 1") == "3: nested deeper than 10");
    CHECK(toml("[" + dots + "b]") == "3: nested deeper than 10");
    std::string tables;
    for (int i = 0; i < 12; ++i) tables += "a={";
    CHECK(toml(tables) == "3: nested deeper than 10");
    CHECK(toml("a.b.c.d.e.f.g.h.i = 1") == "none");
    CHECK(toml("x = '" + std::string(100, '[') + "' # " + std::string(100, '[') + dots.substr(0, 99)) ==
          "none");
    CHECK(toml("x = \"\"\"\n\\\"[[[[[[[[[[[[[\n\"\"\"") == "none");
    CHECK(toml("x = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2]") == "none");
}

TEST_CASE("aliases, anchors, depth and size of front matter are limited") {
    CHECK(error_of("---\na: &x [1]\nb: [*x, *x]\n---\n") == "none");
    CHECK(error_of("---\nx: " + std::string(20, '[') + std::string(20, ']') + "\n---\n") ==
          "2: nested deeper than 10");
    CHECK(error_of("---\nx: " + std::string(30000, '[') + "\n---\n") != "none");
    CHECK(error_of("---\nx: " + std::string(70000, 'y') + "\n---\n") ==
          "1: the front matter is larger than 65536 octets");
}

TEST_CASE("no escape makes anything but UTF-8 of a value") {
    for (const std::string text : {"---\ntitle: \"a\\uD800b\"\n---\n", "+++\ntitle = \"a\\uD800b\"\n+++\n",
                                   "{\"title\": \"a\\ud800b\"}\n", "---\ntitle: \"a\\xFFb\"\n---\n",
                                   "---\ntitle: \"a\\U00110000b\"\n---\n"}) {
        INFO(text);
        const auto read = read_front_matter(text);
        if (read) CHECK(is_utf8(read->title));
    }
}
