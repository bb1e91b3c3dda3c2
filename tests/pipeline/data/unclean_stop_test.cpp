#include "pipeline/data/unclean_stop.hpp"

#include <catch2/catch.hpp>

#include <fstream>

#include "pipeline/data/data_directory.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;

TEST_CASE("a run that left its mark is noticed by the next one, and one that took it away is not") {
    const test::TempDir dir;
    CHECK_FALSE(pipeline::mark_running(dir.path()));
    CHECK(pipeline::mark_running(dir.path()));
    pipeline::mark_stopped(dir.path());
    CHECK_FALSE(pipeline::mark_running(dir.path()));
}

TEST_CASE("a sound database, and one that is not there yet, have no damage") {
    const test::TempDir dir;
    CHECK(pipeline::damage_of(dir.path()).empty());
    { const auto database = pipeline::open_database(dir.path()); }
    CHECK(pipeline::damage_of(dir.path()).empty());
}

TEST_CASE("a database with pages overwritten is damaged") {
    const test::TempDir dir;
    { const auto database = pipeline::open_database(dir.path()); }
    const auto file = dir / "paperround.db";
    const auto size = std::filesystem::file_size(file);
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(4096);
    out << std::string(size - 4096, '\x5a');
    out.close();
    CHECK_FALSE(pipeline::damage_of(dir.path()).empty());
}

TEST_CASE("an empty database beside a key that has been in use is not sound") {
    const test::TempDir dir;
    dir.write("paperround.db", "");
    dir.write("secret.key", std::string(32, 'k'));
    CHECK(pipeline::damage_of(dir.path()).find("it is empty") != std::string::npos);
}
