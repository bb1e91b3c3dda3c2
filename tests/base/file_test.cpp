#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>

#include "support/temp_dir.hpp"

using namespace paperround;
namespace fs = std::filesystem;

namespace {
std::ptrdiff_t files_in(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}
}  // namespace

TEST_CASE("a file is read whole, NULs and all") {
    const test::TempDir dir;
    const std::string content("a\0b\r\n\xff", 6);
    CHECK(read_file(dir.write("x", content), 100).value() == content);
    CHECK(read_file(dir.write("empty", ""), 0).value().empty());
}

TEST_CASE("a file of exactly the limit is read, of one octet more it is not") {
    const test::TempDir dir;
    CHECK(read_file(dir.write("x", std::string(100'000, 'x')), 100'000).has_value());
    const auto larger = read_file(dir.write("y", std::string(100'001, 'x')), 100'000);
    REQUIRE_FALSE(larger);
    CHECK(larger.error().code == FileError::Code::too_large);
    CHECK(larger.error().message == (dir / "y").string() + ": larger than the limit of 100000 octets");
}

TEST_CASE("a file that is not there and one that cannot be read are told apart") {
    const test::TempDir dir;
    const auto missing = read_file(dir / "none", 10);
    CHECK(missing.error().code == FileError::Code::not_found);
    CHECK(missing.error().message == (dir / "none").string() + ": cannot open: No such file or directory");
    CHECK(read_file(dir.path(), 10).error().code == FileError::Code::not_readable);
}

TEST_CASE("writing replaces the whole file and leaves nothing beside it") {
    const test::TempDir dir;
    const auto file = dir.write("x", "a long old content");
    REQUIRE(write_file_atomically(file, "new"));
    CHECK(test::slurp(file) == "new");
    CHECK(files_in(dir.path()) == 1);
}

TEST_CASE("a new file gets the mode asked for") {
    const test::TempDir dir;
    REQUIRE(write_file_atomically(dir / "secret", "x", 0600));
    struct stat status {};
    REQUIRE(::stat((dir / "secret").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("a write that fails says so and leaves the old file and no other") {
    const test::TempDir dir;
    CHECK(write_file_atomically(dir / "no/such/folder", "x").error().code == FileError::Code::not_writable);
    fs::create_directory(dir / "folder");
    dir.write("folder/inside", "x");
    CHECK(write_file_atomically(dir / "folder", "x").error().code == FileError::Code::not_writable);
    CHECK(files_in(dir.path()) == 1);
}

TEST_CASE("a descriptor closes when it goes, once") {
    int raw = -1;
    {
        Descriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        REQUIRE(first.open());
        raw = first.get();
        const Descriptor second(std::move(first));
        CHECK(second.get() == raw);
        CHECK(::fcntl(raw, F_GETFD) != -1);
    }
    CHECK(::fcntl(raw, F_GETFD) == -1);
}

TEST_CASE("assigning a descriptor closes the one it held in time") {
    Descriptor kept(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int old = kept.get();
    {
        Descriptor other(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        kept = std::move(other);
    }
    CHECK(kept.open());
    CHECK(kept.get() != old);
    CHECK(::fcntl(old, F_GETFD) == -1);
}

TEST_CASE("a file is not written through a link that somebody put where its first name might be") {
    const test::TempDir dir;
    const auto victim = dir.write("victim", "precious");
    for (const std::string& name : {std::string("x.tmp"), "x." + std::to_string(::getpid()) + ".tmp"})
        fs::create_symlink(victim, dir / name);
    REQUIRE(write_file_atomically(dir / "x", "new"));
    CHECK(test::slurp(dir / "x") == "new");
    CHECK_FALSE(fs::is_symlink(dir / "x"));
    CHECK(test::slurp(victim) == "precious");
}

TEST_CASE("a pipe that nobody writes into is not waited for, and one that is written to is read whole") {
    const test::TempDir dir;
    const auto pipe = dir / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(read_file(pipe, 100).value().empty());
    const Descriptor held(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    {
        const Descriptor writer(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
        REQUIRE(::write(writer.get(), "hello", 5) == 5);
    }
    CHECK(read_file(pipe, 100).value() == "hello");
}
