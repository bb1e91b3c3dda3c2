#include "post/markdown_folder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "base/date_time.hpp"
#include "markdown/front_matter.hpp"
#include "markdown/markdown.hpp"
#include "markdown/markdown_post.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using markdown::read_front_matter;
using post::read_markdown_folder;

namespace {
const Time now = parse_rfc3339("2026-11-22T12:00:00Z").value();
std::string error_of(std::string_view text) {
    const auto result = read_front_matter(text);
    return result ? "none" : std::to_string(result.error().line) + ": " + result.error().message;
}
}  // namespace

TEST_CASE("a Markdown post has all its fields") {
    const auto read = markdown::read_markdown_post(
        "x.md",
        "---\ntitle: \"Tide & time\"\nsubtitle: A note\ndate: 2026-11-20T08:00:00+01:00\n"
        "author: Ann Lee\nslug: tide\nimage: https://example.org/t.png\n"
        "link: https://example.org/tide\ntags: [sea, moon]\ndraft: false\n"
        "layout: post\nmeta: {a: [1, 2]}\n---\nHello *there*.\n");
    REQUIRE(read.has_value());
    CHECK(read->post.id == "tide");
    CHECK(read->post.title == "Tide & time");
    CHECK(read->post.subtitle == "A note");
    CHECK(read->post.author == "Ann Lee");
    CHECK(read->post.published == parse_rfc3339("2026-11-20T07:00:00Z"));
    CHECK(read->post.image == "https://example.org/t.png");
    CHECK(read->post.link == "https://example.org/tide");
    CHECK(read->post.tags == std::vector<std::string>{"sea", "moon"});
    CHECK(read->post.html == "<p>Hello <em>there</em>.</p>\n");
    CHECK(read->warnings.empty());
}

TEST_CASE("a file name may give date and slug, the first heading the title") {
    const auto read = markdown::read_markdown_post("2026-11-20-low-tide.md", "# Low *tide*\n\nText\n");
    REQUIRE(read.has_value());
    CHECK(read->post.id == "2026-11-20-low-tide");
    CHECK(read->former_id == "low-tide");
    CHECK(read->post.title == "Low tide");
    CHECK(read->post.published == parse_rfc3339("2026-11-20"));
    CHECK(read->post.html == "<p>Text</p>\n");
}

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

TEST_CASE("a file with the marks of a merge is no post yet") {
    const std::string merge = "<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> theirs\n";
    const auto read = markdown::read_markdown_post("a.md", "---\ntitle: T\n---\nOne.\n" + merge);
    REQUIRE_FALSE(read);
    CHECK(read.error().line == 5);
    CHECK(markdown::read_markdown_post("a.md", "---\ntitle: T\n---\n```\n" + merge + "```\n"));
    CHECK(markdown::read_markdown_post("a.md", "---\ntitle: T\n---\nHead\n=======\nText\n"));
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

TEST_CASE("a date without a zone is where the newsletter is") {
    const auto published = [](const std::string& name, const std::string& date) {
        return markdown::read_markdown_post(name, "---\ntitle: T\n" + date + "---\nBody",
                                            "America/Los_Angeles")
            .value()
            .post.published;
    };
    CHECK(published("a.md", "date: 2026-11-20\n") == parse_rfc3339("2026-11-20T08:00:00Z"));
    CHECK(published("a.md", "date: 2026-11-20 09:30:05\n") == parse_rfc3339("2026-11-20T17:30:05Z"));
    CHECK(published("a.md", "date: 2026-11-20T09:30:00Z\n") == parse_rfc3339("2026-11-20T09:30:00Z"));
    CHECK(published("2026-11-20-b.md", "") == parse_rfc3339("2026-11-20T08:00:00Z"));
}

TEST_CASE("the title stands once where the body begins with the same heading") {
    const auto html = [](const std::string& body) {
        return markdown::read_markdown_post("a.md", "---\ntitle: Harbour day\n---\n" + body)
            .value()
            .post.html;
    };
    CHECK(html("\n# Harbour day\n\nText.") == "<p>Text.</p>\n");
    CHECK(html("## harbour  DAY ##\nText.") == "<p>Text.</p>\n");
    CHECK(html("Harbour day\n===\nText.") == "<p>Text.</p>\n");
    CHECK(html("# Harbour day {#day}\n\nText.") == "<p>Text.</p>\n");
    CHECK(html("<!-- a -->\n<h1>Harbour day</h1>\n\nText.") == "<p>Text.</p>\n");
    CHECK(html("# Another\n") == "<h1>Another</h1>\n");
}

TEST_CASE("markup of other programs: links become words, notes go, the rest is warned of") {
    const auto read = markdown::read_markdown_post(
        "a.md",
        "---\ntitle: T\nlink: https://e.org/a/\n---\nSee [[Harbour day|the day]] and [[Boats]].%%note%%\n\n"
        "![[boat.png|300]] `[[code]]`\n\n{{< youtube x >}}\n\n```\n{% raw %} [[x]]\n```\n");
    REQUIRE(read.has_value());
    CHECK(read->post.html.find("<p>See the day and Boats.</p>") == 0);
    CHECK(read->post.html.find("<img src=\"boat.png\"") != std::string::npos);
    CHECK(read->post.html.find("<code>[[code]]</code>") != std::string::npos);
    CHECK(read->post.html.find("{% raw %} [[x]]") != std::string::npos);
    REQUIRE(read->warnings.size() == 1);
    CHECK(read->warnings[0].to_line().find("a.md:9: \"{{< youtube x >}}\" is markup of another program") ==
          0);
}

TEST_CASE("pictures beside a post that has no link are lost by name, and their words stay") {
    const auto read =
        markdown::read_markdown_post("b.md",
                                     "# B\n\n![A boat](boat.jpg) [the plan](plan.pdf) [top](#top) "
                                     "[site](https://e.org/) ![far](https://e.org/f.jpg)\n");
    REQUIRE(read.has_value());
    CHECK(read->post.html.find("<p>A boat <a href=\"plan.pdf\">the plan</a>") == 0);
    CHECK(read->post.html.find("https://e.org/f.jpg") != std::string::npos);
    REQUIRE(read->warnings.size() == 1);
    CHECK(read->warnings[0].message.find("boat.jpg, plan.pdf: relative") == 0);
}

TEST_CASE("pictures beside a post that has no link keep their place, and are named once") {
    const auto find = [](std::string_view target) {
        return target.starts_with("..") ? std::string() : "day/" + std::string(target);
    };
    const std::string text =
        "---\ntitle: B\nimage: cover.png\n---\n![A](a.jpg) ![again](a.jpg) ![out](../o.jpg)\n\n<img "
        "src='b.gif' "
        "alt=B>\n\n![[c d.png|300]]\n";
    const auto read = markdown::read_markdown_post("day/index.md", text, "UTC", find);
    REQUIRE(read.has_value());
    CHECK(read->post.image == "beside:day/cover.png");
    CHECK(read->pictures ==
          std::vector<std::string>{"day/cover.png", "day/a.jpg", "day/b.gif", "day/c d.png"});
    CHECK(read->post.html.find("<img src=\"beside:day/a.jpg\" alt=\"A\" />") != std::string::npos);
    CHECK(read->post.html.find("<img src=\"beside:day/b.gif\" alt=B>") != std::string::npos);
    CHECK(read->post.html.find("<img src=\"beside:day/c%20d.png\" alt=\"\" width=\"300\">") !=
          std::string::npos);
    REQUIRE(read->warnings.size() == 1);
    CHECK(read->warnings[0].message.find("../o.jpg: relative") == 0);
}

TEST_CASE("with a link pictures follow it, the front matter's too") {
    const auto read = markdown::read_markdown_post(
        "b.md", "---\ntitle: B\nlink: https://e.org/day/\nimage: c.png\n---\n![A](a.jpg)\n", "UTC",
        [](std::string_view target) { return std::string(target); });
    REQUIRE(read.has_value());
    CHECK(read->post.image == "https://e.org/day/c.png");
    CHECK(read->post.html.find("src=\"a.jpg\"") != std::string::npos);
    CHECK(read->pictures.empty());
    CHECK(read->warnings.empty());
}

TEST_CASE("what could not be sent of a post's pictures is a warning, and their place stays") {
    const test::TempDir dir;
    const std::string jpeg = "\xFF\xD8\xFF\xE0";
    dir.write("img/boat.jpg", jpeg);
    dir.write("large.jpg", jpeg + std::string(200'000, 'x'));
    dir.write("a.md", "# A\n\n![1](img/boat.jpg) ![2](large.jpg) ![3](gone.png)\n");
    const auto read = read_markdown_folder(dir.path(), now);
    REQUIRE(read.posts.size() == 1);
    CHECK(read.posts[0].html.find("beside:gone.png") != std::string::npos);
    REQUIRE(read.warnings.size() == 2);
    CHECK(
        read.warnings[0].to_line() ==
        "a.md: the picture large.jpg has 196 KiB, and at most 100 are sent with a mail: it is left out, its "
        "words stay");
    CHECK(read.warnings[1].to_line() ==
          "a.md: the picture gone.png is not there: it is left out, its words stay");
}

TEST_CASE("a post waits ten seconds for a picture that is not there yet, and for one that is being written") {
    const test::TempDir dir;
    dir.write("a.md", "# A\n\n![1](boat.jpg)\n");
    const auto came = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    const auto at = [&](std::chrono::seconds later) {
        return read_markdown_folder(dir.path(), came + later);
    };
    using namespace std::chrono_literals;
    CHECK(at(5s).unsettled);
    CHECK(at(5s).posts.empty());
    CHECK_FALSE(at(11s).unsettled);
    CHECK(at(11s).posts.size() == 1);
    CHECK(read_markdown_folder(dir.path(), came + 5s, "UTC", post::FreshFiles::read).posts.size() == 1);
    dir.write("boat.jpg", "\xFF\xD8\xFF");
    CHECK(at(1s).unsettled);
    CHECK_FALSE(at(5s).unsettled);
    CHECK(at(5s).warnings.empty());
}

TEST_CASE("aliases, anchors, depth and size of front matter are limited") {
    CHECK(error_of("---\na: &x [1]\nb: [*x, *x]\n---\n") == "none");
    CHECK(error_of("---\nx: " + std::string(20, '[') + std::string(20, ']') + "\n---\n") ==
          "2: nested deeper than 10");
    CHECK(error_of("---\nx: " + std::string(30000, '[') + "\n---\n") != "none");
    CHECK(error_of("---\nx: " + std::string(70000, 'y') + "\n---\n") ==
          "1: the front matter is larger than 65536 octets");
}

TEST_CASE("tables, strikethrough, task lists and bare links are understood") {
    CHECK(markdown::markdown_to_html("~~no~~") == "<p><del>no</del></p>\n");
    CHECK(markdown::markdown_to_html("|a|\n|-|\n|b|").find("<table>") == 0);
    CHECK(markdown::markdown_to_html("- [x] done").find("checkbox") != std::string::npos);
    CHECK(markdown::markdown_to_html("https://example.org").find("<a href=\"https://example.org\">") !=
          std::string::npos);
    CHECK(markdown::markdown_to_html("<b>raw</b>") == "<p><b>raw</b></p>\n");
}

TEST_CASE("a folder offers its posts, newest first, without drafts and without what is yet to come") {
    const test::TempDir folder;
    folder.write("a.md", "---\ntitle: A\ndate: 2026-11-01\n---\na");
    folder.write("b.md", "---\ntitle: B\ndate: 2026-11-22T12:00:00Z\n---\nb");
    folder.write("c.md", "---\ntitle: C\ndate: 2026-11-22T12:00:01Z\n---\nc");
    folder.write("d.md", "---\ntitle: D\ndraft: true\n---\nd");
    folder.write("x.md", "---\ntitle: X\nexpiryDate: 2026-11-22\n---\nx");
    folder.write("y.md", "---\ntitle: Y\nexpiryDate: 2026-11-23\n---\ny");
    folder.write("notes.txt", "not a post");
    folder.write(".hidden.md", "# Hidden");
    const auto result = read_markdown_folder(folder.path(), now);
    CHECK_FALSE(result.error);
    CHECK(result.warnings.empty());
    REQUIRE(result.posts.size() == 3);
    CHECK(result.posts[0].title == "B");
    CHECK(result.posts[1].title == "A");
    CHECK(result.posts[2].title == "Y");
    REQUIRE(result.unpublished.size() == 3);
    using Why = feed::Unpublished::Why;
    CHECK(result.unpublished[0].title == "C");
    CHECK(result.unpublished[0].why == Why::later);
    CHECK(result.unpublished[1].why == Why::draft);
    CHECK(result.unpublished[2].why == Why::expired);
    CHECK(result.next_change == parse_rfc3339("2026-11-22T12:00:01Z"));
}

TEST_CASE("folders in folders, page bundles and other endings are read") {
    const test::TempDir folder;
    folder.write("harbour-day/index.md", "# Harbour day\n\nText");
    folder.write("2026/boats.markdown", "# Boats\n\nText");
    folder.write("2026-11-20-fair/index.md", "# Fair\n\nText");
    folder.write("LOUD.MD", "# Loud\n\nText");
    folder.write("_drafts/no.md", "# No\n\nText");
    folder.write(".obsidian/no.md", "# No\n\nText");
    const auto result = read_markdown_folder(folder.path(), now);
    std::vector<std::string> ids;
    for (const auto& each : result.posts) ids.push_back(each.id);
    std::ranges::sort(ids);
    CHECK(ids == std::vector<std::string>{"2026-11-20-fair", "2026/boats", "LOUD", "harbour-day"});
    CHECK(result.warnings.empty());
}

TEST_CASE("copies, backups, lists and empty files are no posts, and that is said") {
    const test::TempDir folder;
    for (const char* name :
         {"storm.sync-conflict-20261120-101112-ABCDEFG.md", "storm (conflicted copy 2026-11-20 101112).md",
          "storm (Ada's conflicted copy 2026-11-20).md", "storm (1).md", "Copy of storm.md", "storm.bak.md",
          "~storm.md", "_index.md", "README.md"}) {
        folder.write(name, "# Storm\n\nText");
    }
    folder.write("storm.md", "# Storm\n\nText");
    folder.write("empty.md", "");
    folder.write("bare.md", "---\ntitle: Bare\n---\n\n");
    folder.write("volume (2).md", "# A conflict (2)\n\nText");
    folder.write(".storm.md.swp", "x");
    const auto result = read_markdown_folder(folder.path(), now);
    std::vector<std::string> ids;
    for (const auto& each : result.posts) ids.push_back(each.id);
    std::ranges::sort(ids);
    CHECK(ids == std::vector<std::string>{"storm", "volume (2)"});
    CHECK(result.warnings.size() == 11);
}

TEST_CASE("a file that was written a moment ago is not read yet") {
    const test::TempDir folder;
    folder.write("a.md", "# A\n\nText");
    const auto stamp = post::stamp_of(folder / "a.md").value();
    const Time written{std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(stamp.modified))};
    const auto early = read_markdown_folder(folder.path(), written + std::chrono::milliseconds(1999));
    CHECK(early.posts.empty());
    CHECK(early.unsettled);
    CHECK_FALSE(early.complete);
    // A person who looks sees it as it stands.
    CHECK(read_markdown_folder(folder.path(), written, "UTC", post::FreshFiles::read).posts.size() == 1);
    const auto late = read_markdown_folder(folder.path(), written + std::chrono::milliseconds(2000));
    CHECK(late.posts.size() == 1);
    CHECK_FALSE(late.unsettled);
    // Of a clock that is ahead nothing is known.
    CHECK(read_markdown_folder(folder.path(), written - std::chrono::hours(1)).posts.size() == 1);
}

TEST_CASE("a file that cannot be used is named, and the others go on") {
    const test::TempDir folder;
    folder.write("bad.md", "---\ntitle: X\ndraft: perhaps\n---\n");
    folder.write("binary.md", std::string_view("# a\0b", 5));
    folder.write("good.md", "# Good\n\nText");
    folder.write("latin.md", "# Caf\xe9");
    folder.write("none.md", "---\nauthor: A\n---\nNo title here");
    const auto result = read_markdown_folder(folder.path(), now);
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].title == "Good");
    REQUIRE(result.warnings.size() == 4);
    CHECK(result.warnings[0].to_line() == "bad.md:3: draft: expected true or false, got \"perhaps\"");
    CHECK(result.warnings[1].to_line() == "binary.md: is not a text in UTF-8: left out");
    CHECK(result.warnings[2].to_line() == "latin.md: is not a text in UTF-8: left out");
    CHECK(result.warnings[3].to_line() ==
          "none.md:4: title: expected one in the front matter, or a first line \"# Title\"");
}

TEST_CASE("links out of the folder are not followed, links within it are") {
    const test::TempDir outside;
    outside.write("secret.md", "# Secret");
    const test::TempDir folder;
    folder.write("real.md", "---\ntitle: Real\nslug: real\n---\nText");
    std::filesystem::create_symlink(outside / "secret.md", folder / "leak.md");
    std::filesystem::create_symlink("/dev/zero", folder / "zero.md");
    std::filesystem::create_symlink("nowhere.md", folder / "dangling.md");
    const auto result = read_markdown_folder(folder.path(), now);
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].title == "Real");
    CHECK(result.warnings.size() == 3);
}

TEST_CASE("a file over one megabyte is left out") {
    const test::TempDir folder;
    folder.write("big.md", "# Big\n" + std::string(1U << 20U, 'x'));
    const auto result = read_markdown_folder(folder.path(), now);
    CHECK(result.posts.empty());
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].message.find("larger than the limit") != std::string::npos);
}

TEST_CASE("two files with one slug: the second is left out and named") {
    const test::TempDir folder;
    folder.write("a.md", "---\ntitle: A\nslug: same\n---\nText");
    folder.write("b.md", "---\ntitle: B\nslug: same\n---\nText");
    const auto result = read_markdown_folder(folder.path(), now);
    CHECK(result.posts.size() == 1);
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].to_line() == "b.md: slug: \"same\" is already taken by another file: left out");
}

TEST_CASE("an image that is no web address is left out with a warning") {
    const auto read =
        markdown::read_markdown_post("x.md", "---\ntitle: X\nimage: ftp://e.org/x.png\n---\nText");
    REQUIRE(read.has_value());
    CHECK(read->post.image.empty());
    REQUIRE(read->warnings.size() == 1);
    CHECK(read->warnings[0].message ==
          "image: expected an absolute http or https URL, got \"ftp://e.org/x.png\"; left out");
}

TEST_CASE("a folder that is not there is an error, not an empty source") {
    const auto result = read_markdown_folder("/nowhere/at/all", now);
    REQUIRE(result.error);
    CHECK(result.error->to_line() == "/nowhere/at/all: cannot open the folder: No such file or directory");
    CHECK_FALSE(result.complete);
}
