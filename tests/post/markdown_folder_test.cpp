#include "post/markdown_folder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "base/text/date_time.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using post::read_markdown_folder;

namespace {
const Time now = parse_rfc3339("2026-11-22T12:00:00Z").value();
}  // namespace

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

TEST_CASE("a folder that is not there is an error, not an empty source") {
    const auto result = read_markdown_folder("/nowhere/at/all", now);
    REQUIRE(result.error);
    CHECK(result.error->to_line() == "/nowhere/at/all: cannot open the folder: No such file or directory");
    CHECK_FALSE(result.complete);
}

TEST_CASE("a letter says how long after joining it is due, and one that does not is left out and named") {
    const test::TempDir folder;
    folder.write("a.md", "---\ntitle: A\nafter: 3d\n---\na");
    folder.write("b.md", "---\ntitle: B\n\nafter: soon\n---\nb");
    folder.write("c.md", "# C\n\nc");
    folder.write("d.md", "---\ntitle: D\nafter: 12h\ndraft: true\n---\nd");
    folder.write("e.md", "---\ntitle: E\nafter: [3d]\n---\ne");
    folder.write("f.md", "---\ntitle: F\nafter: 0d\n---\nf");
    folder.write("g.md", "---\ntitle: G\nafter: -1d\n---\ng");
    const auto result =
        read_markdown_folder(folder.path(), now, "UTC", post::FreshFiles::read, post::FolderOf::letters);
    CHECK(result.posts.size() == 2);
    CHECK(result.after == std::map<std::string, Duration>{{"a", std::chrono::hours(72)}, {"f", Duration(0)}});
    CHECK(result.ignored_keys.empty());
    REQUIRE(result.warnings.size() == 4);
    const std::string expected =
        "after: expected how long after joining the letter is due, such as 0d, 3d or 12h";
    CHECK(result.warnings[0].to_line() == "b.md:4: " + expected + ", got \"soon\": left out of the series");
    CHECK(result.warnings[1].to_line() ==
          "c.md: " + expected + ", and there is none: left out of the series");
    CHECK(result.warnings[2].to_line() == "e.md:3: " + expected + ", got \"a list\": left out of the series");
    CHECK(result.warnings[3].to_line() == "g.md:3: " + expected + ", got \"-1d\": left out of the series");
}

TEST_CASE("in a post the time of a letter means nothing") {
    const test::TempDir folder;
    folder.write("a.md", "---\ntitle: A\nafter: soon\n---\na");
    const auto result = read_markdown_folder(folder.path(), now);
    CHECK(result.posts.size() == 1);
    CHECK(result.after.empty());
    CHECK(result.ignored_keys == std::map<std::string, std::size_t>{{"after", 1}});
    CHECK(result.warnings.empty());
}
