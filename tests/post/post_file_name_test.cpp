#include "post/post_file_name.hpp"

#include <catch2/catch.hpp>

#include "base/date_time.hpp"

using namespace paperround;
using namespace paperround::post;

TEST_CASE("Markdown files are known by their ending in any case") {
    CHECK(is_markdown_file("a.md"));
    CHECK(is_markdown_file("a.b.MARKDOWN"));
    CHECK_FALSE(is_markdown_file("a.md~"));
    CHECK_FALSE(is_markdown_file("a.txt"));
    CHECK_FALSE(is_markdown_file("md"));
}

TEST_CASE("copies that programs make in a conflict are told from titles that speak of one") {
    for (const auto* name :
         {"a.sync-conflict-20261120-101112-ABCDEFG.md", "a (conflicted copy 2026-11-20 101112).md",
          "a (Ada's conflicted copy 2026-11-20).md", "a (Case Conflict).md", "a_conflict-20261120-101112.md",
          "a (SFConflict ada@example.org 2026-11-20-10-11-12).md", "a (Konflikt-Kopie 2026-11-20).md"}) {
        INFO(name);
        CHECK_FALSE(reason_against(name).empty());
    }
    for (const auto* name :
         {"a.md", "the conflict.md", "peace (after the conflict).md", "readmes.md", "oldest.md"}) {
        INFO(name);
        CHECK(reason_against(name).empty());
    }
}

TEST_CASE("a copy names its original") {
    CHECK(original_of("storm (1).md") == "storm.md");
    CHECK(original_of("Copy of storm.md") == "storm.md");
    CHECK(original_of("storm - Copy.md") == "storm.md");
    CHECK_FALSE(original_of("storm.md"));
    CHECK_FALSE(original_of("storm (2026).md"));
    CHECK_FALSE(original_of(" (1).md"));
}

TEST_CASE("a path gives identity and date") {
    CHECK(parts_of_path("a.md").id == "a");
    CHECK(parts_of_path("2026/boats.markdown").id == "2026/boats");
    CHECK(parts_of_path("harbour-day/index.md").id == "harbour-day");
    const auto dated = parts_of_path("2026-11-20-weekly.md");
    CHECK(dated.id == "2026-11-20-weekly");
    CHECK(dated.former_id == "weekly");
    CHECK(dated.date == parse_rfc3339("2026-11-20"));
    const auto bundle = parts_of_path("posts/2026-11-20-fair/index.md");
    CHECK(bundle.id == "posts/2026-11-20-fair");
    CHECK(bundle.date == parse_rfc3339("2026-11-20"));
    CHECK(bundle.former_id.empty());
    CHECK(parts_of_path("index.md").id == "index");
}
