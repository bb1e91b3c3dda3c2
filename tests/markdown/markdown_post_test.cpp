#include "markdown/markdown_post.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "base/text/date_time.hpp"

using namespace paperround;

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

TEST_CASE("a file with the marks of a merge is no post yet") {
    const std::string merge = "<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> theirs\n";
    const auto read = markdown::read_markdown_post("a.md", "---\ntitle: T\n---\nOne.\n" + merge);
    REQUIRE_FALSE(read);
    CHECK(read.error().line == 5);
    CHECK(markdown::read_markdown_post("a.md", "---\ntitle: T\n---\n```\n" + merge + "```\n"));
    CHECK(markdown::read_markdown_post("a.md", "---\ntitle: T\n---\nHead\n=======\nText\n"));
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

TEST_CASE("an image that is no web address is left out with a warning") {
    const auto read =
        markdown::read_markdown_post("x.md", "---\ntitle: X\nimage: ftp://e.org/x.png\n---\nText");
    REQUIRE(read.has_value());
    CHECK(read->post.image.empty());
    REQUIRE(read->warnings.size() == 1);
    CHECK(read->warnings[0].message ==
          "image: expected an absolute http or https URL, got \"ftp://e.org/x.png\"; left out");
}
