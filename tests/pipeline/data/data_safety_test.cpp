#include "pipeline/data/data_safety.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace paperround;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a data directory that everybody may write into is a danger, and says how to end it") {
    const test::TempDir dir;
    const auto data = dir / "data";
    CHECK(pipeline::danger_of(data).empty());  // missing
    fs::create_directory(data);
    for (const mode_t mode : {0700U, 0750U, 0755U, 0770U}) {
        REQUIRE(::chmod(data.c_str(), mode) == 0);
        CHECK(pipeline::danger_of(data).empty());
    }
    for (const mode_t mode : {0777U, 01777U, 0702U}) {
        REQUIRE(::chmod(data.c_str(), mode) == 0);
        CHECK(pipeline::danger_of(data).find(data.string()) == 0);
        CHECK(pipeline::danger_of(data).find("chmod 750") != std::string::npos);
    }
}

TEST_CASE("a data directory that is a file is no folder") {
    const test::TempDir dir;
    const auto file = dir.write("data", "");
    CHECK(pipeline::danger_of(file) == "data_dir " + file.string() + " is not a folder");
}

TEST_CASE("a database that everybody can read is made private, and that is said") {
    const test::TempDir dir;
    const auto file = dir.write("paperround.db", "");
    const auto wal = dir.write("paperround.db-wal", "");
    const auto posts = dir.write("posts.txt", "");
    for (const auto& each : {file, wal, posts}) REQUIRE(::chmod(each.c_str(), 0644) == 0);
    CHECK(pipeline::exposed_files_of(dir.path()).size() == 2);
    CHECK(mode_of(file) == 0644);  // the check changes nothing
    const auto said = pipeline::tighten_files_of(dir.path());
    REQUIRE(said.size() == 2);
    CHECK(said[0].find(file.string()) == 0);
    CHECK(mode_of(file) == 0600);
    CHECK(mode_of(wal) == 0600);
    CHECK(mode_of(posts) == 0644);
    CHECK(pipeline::tighten_files_of(dir.path()).empty());
}

TEST_CASE("a database that the owner's group can read is left as it is") {
    const test::TempDir dir;
    const auto file = dir.write("paperround.db", "");
    REQUIRE(::chmod(file.c_str(), 0640) == 0);
    CHECK(pipeline::tighten_files_of(dir.path()).empty());
    CHECK(mode_of(file) == 0640);
}

TEST_CASE("files that belong to somebody else than their folder are named with both owners") {
    if (::geteuid() != 0) return;  // only root can give files away
    const test::TempDir dir;
    const auto key = dir.write("secret.key", "");
    const auto other = dir.write("notes.txt", "");
    CHECK(pipeline::foreign_files_of(dir.path()).empty());
    REQUIRE(::chown(dir.path().c_str(), 4711, 4711) == 0);
    const auto foreign = pipeline::foreign_files_of(dir.path());
    REQUIRE(foreign.size() == 1);
    CHECK(foreign[0].find(key.string() + ": belongs to root, the data directory to user 4711") == 0);
}

TEST_CASE("files that this user may not use are named with what to do") {
    const test::TempDir dir;
    const auto file = dir.write("paperround.db", "");
    CHECK(pipeline::closed_files_of(dir.path()).empty());
    if (::geteuid() == 0) return;  // root may use everything
    REQUIRE(::chmod(file.c_str(), 0) == 0);
    const auto closed = pipeline::closed_files_of(dir.path());
    REQUIRE(closed.size() == 1);
    CHECK(closed[0] == file.string() + ": may not be read and written (mode 0000): chmod 600 it");
}
