#include "post/markdown_folder.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/date_time.hpp"
#include "post/front_matter.hpp"
#include "post/markdown.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using post::read_front_matter;
using post::read_markdown_folder;

namespace {
const Time now = parse_rfc3339("2026-11-22T12:00:00Z").value();
std::string error_of(std::string_view text) {
    const auto result = read_front_matter(text);
    return result ? "none" : std::to_string(result.error().line) + ": " + result.error().message;
}
}  // namespace

TEST_CASE("a Markdown post has all its fields") {
    const auto read = post::read_markdown_post(
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
    const auto read = post::read_markdown_post("2026-11-20-low-tide.md", "# Low *tide*\n\nText\n");
    REQUIRE(read.has_value());
    CHECK(read->post.id == "low-tide");
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
    CHECK(error_of("---\ntitle: [a, b]\n---\n") == "2: title: expected a text, got a list");
    CHECK(error_of("---\n\nauthor: {name: x}\n---\n") == "3: author: expected a text, got a map");
    CHECK(error_of("---\n- a\n---\n") == "2: expected keys and values, got a list");
    CHECK(error_of("---\njust words\n---\n") == "2: expected keys and values (\"title: …\"), got a text");
    CHECK(error_of("---\ntitle: \"open\n---\n") ==
          "2: the front matter is not valid YAML: illegal EOF in scalar");
}

TEST_CASE("aliases, anchors, depth and size of front matter are limited") {
    CHECK(error_of("---\na: &x [1]\nb: [*x, *x]\n---\n") == "2: anchors are not accepted");
    CHECK(error_of("---\nx: " + std::string(20, '[') + std::string(20, ']') + "\n---\n") ==
          "2: nested deeper than 10");
    CHECK(error_of("---\nx: " + std::string(30000, '[') + "\n---\n") != "none");
    CHECK(error_of("---\nx: " + std::string(70000, 'y') + "\n---\n") ==
          "1: the front matter is larger than 65536 octets");
}

TEST_CASE("tables, strikethrough, task lists and bare links are understood") {
    CHECK(post::markdown_to_html("~~no~~") == "<p><del>no</del></p>\n");
    CHECK(post::markdown_to_html("|a|\n|-|\n|b|").find("<table>") == 0);
    CHECK(post::markdown_to_html("- [x] done").find("checkbox") != std::string::npos);
    CHECK(post::markdown_to_html("https://example.org").find("<a href=\"https://example.org\">") !=
          std::string::npos);
    CHECK(post::markdown_to_html("<b>raw</b>") == "<p><b>raw</b></p>\n");
}

TEST_CASE("a folder offers its posts, newest first, without drafts and without what is yet to come") {
    const test::TempDir folder;
    folder.write("a.md", "---\ntitle: A\ndate: 2026-11-01\n---\na");
    folder.write("b.md", "---\ntitle: B\ndate: 2026-11-22T12:00:00Z\n---\nb");
    folder.write("c.md", "---\ntitle: C\ndate: 2026-11-22T12:00:01Z\n---\nc");
    folder.write("d.md", "---\ntitle: D\ndraft: true\n---\nd");
    folder.write("notes.txt", "not a post");
    folder.write(".hidden.md", "# Hidden");
    folder.write("below/e.md", "# Below");
    const auto result = read_markdown_folder(folder.path(), now);
    CHECK_FALSE(result.error);
    CHECK(result.warnings.empty());
    REQUIRE(result.posts.size() == 2);
    CHECK(result.posts[0].title == "B");
    CHECK(result.posts[1].title == "A");
}

TEST_CASE("a file that cannot be used is named, and the others go on") {
    const test::TempDir folder;
    folder.write("bad.md", "---\ntitle: X\ndraft: perhaps\n---\n");
    folder.write("binary.md", std::string_view("# a\0b", 5));
    folder.write("good.md", "# Good");
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
    folder.write("real.md", "---\ntitle: Real\nslug: real\n---\n");
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
    folder.write("a.md", "---\ntitle: A\nslug: same\n---\n");
    folder.write("b.md", "---\ntitle: B\nslug: same\n---\n");
    const auto result = read_markdown_folder(folder.path(), now);
    CHECK(result.posts.size() == 1);
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].to_line() == "b.md: slug: \"same\" is already taken by another file: left out");
}

TEST_CASE("an image that is no web address is left out with a warning") {
    const auto read = post::read_markdown_post("x.md", "---\ntitle: X\nimage: ./x.png\n---\n");
    REQUIRE(read.has_value());
    CHECK(read->post.image.empty());
    REQUIRE(read->warnings.size() == 1);
    CHECK(read->warnings[0].message ==
          "image: expected an absolute http or https URL, got \"./x.png\"; left out");
}

TEST_CASE("a folder that is not there is an error, not an empty source") {
    const auto result = read_markdown_folder("/nowhere/at/all", now);
    REQUIRE(result.error);
    CHECK(result.error->to_line() == "/nowhere/at/all: cannot open the folder: No such file or directory");
    CHECK_FALSE(result.complete);
}
