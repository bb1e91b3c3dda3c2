#include "markdown/post_file_name.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"

using namespace paperround;
using namespace paperround::markdown;

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
          "a (SFConflict ada@example.org 2026-11-20-10-11-12).md", "a (Konflikt-Kopie 2026-11-20).md",
          "a_DiskStation_Nov-20-0800-2026_Conflict.md", "a_laptop_Nov-20-0800-2026_UploadConflict.md",
          "a.Conflict.md", "a.conflict-20261120-080000.md", "a [conflicted].md", "a_LOCAL_4711.md",
          "a_BACKUP_4711.md", "a.bak2.md", "a.backup-20261120.md", "_index.de.md", "README_zh-CN.md",
          "readme-de.md"}) {
        INFO(name);
        CHECK_FALSE(reason_against(name).empty());
    }
    for (const auto* name :
         {"a.md", "the conflict.md", "peace (after the conflict).md", "readmes.md", "oldest.md",
          "ukraine_conflict.md", "readme-first.md", "a.backups.md", "_indexes.md"}) {
        INFO(name);
        CHECK(reason_against(name).empty());
    }
}

TEST_CASE("a copy names its originals") {
    for (const auto* name :
         {"storm (1).md", "Copy of storm.md", "storm - Copy.md", "storm copy 2.md", "storm (copy).md",
          "storm (another copy).md", "storm (3rd copy).md", "storm (Kopie).md", "storm — копия.md",
          "storm copie.md", "storm - copia.md", "storm-backup.md"}) {
        INFO(name);
        CHECK(originals_of(name) == std::vector<std::string>{"storm.md"});
    }
    CHECK(originals_of("storm - Copy (2).md") == std::vector<std::string>{"storm - Copy.md", "storm.md"});
    CHECK(originals_of("Copy of Copy of storm.md") ==
          std::vector<std::string>{"Copy of storm.md", "storm.md"});
    for (const auto* name :
         {"storm.md", "storm (2026).md", " (1).md", "storm 2.md", "photocopy.md", "copy.md"}) {
        INFO(name);
        CHECK(originals_of(name).empty());
    }
}

TEST_CASE("a file's name gives its day in the spellings that people use") {
    for (const auto* name : {"2026-11-20-storm.md", "2026-11-20 storm.md", "2026-11-20_storm.md",
                             "2026-11-20.md", "20261120-storm.md", "202611200830 storm.md"}) {
        INFO(name);
        CHECK(parts_of_path(name).date == parse_rfc3339("2026-11-20"));
    }
    for (const auto* name : {"20261320-storm.md", "2026-11-20th.md", "12345678.md", "2026-11.md"}) {
        INFO(name);
        CHECK_FALSE(parts_of_path(name).date);
    }
    CHECK(parts_of_path("2026-11-20 storm.md").former_id.empty());
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
