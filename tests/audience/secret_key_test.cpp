#include "audience/secret_key.hpp"

#include <sys/stat.h>
#include <catch2/catch.hpp>
#include <fstream>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::audience;
using Code = SecretKeyError::Code;

TEST_CASE("the key is made once, for its owner alone, and read again afterwards") {
    const test::TempDir dir;
    test::SeededRandom random;
    const auto first = load_or_create_secret_key(dir.path(), random);
    REQUIRE(first);
    CHECK(first->size() == 32);
    CHECK(load_or_create_secret_key(dir.path(), random).value() == *first);
    CHECK(std::filesystem::status(dir / "secret.key").permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("a key that others may read is refused, and not shown") {
    const test::TempDir dir;
    const auto file = dir.write("secret.key", std::string(32, 'S'));
    const auto mode = GENERATE(0640, 0604, 0660, 0644);
    ::chmod(file.c_str(), static_cast<mode_t>(mode));
    test::SeededRandom random;
    const auto key = load_or_create_secret_key(dir.path(), random);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Code::exposed);
    CHECK(key.error().message.find(file.string()) != std::string::npos);
    CHECK(key.error().message.find("chmod 600") != std::string::npos);
    CHECK(key.error().message.find("SSS") == std::string::npos);
}

TEST_CASE("a key of the wrong length is refused, never replaced") {
    const test::TempDir dir;
    const auto size = GENERATE(std::size_t{0}, std::size_t{31}, std::size_t{33}, std::size_t{100'000});
    const auto file = dir.write("secret.key", std::string(size, 'S'));
    ::chmod(file.c_str(), 0600);
    test::SeededRandom random;
    const auto key = load_or_create_secret_key(dir.path(), random);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Code::damaged);
    CHECK(std::filesystem::file_size(file) == size);
}

TEST_CASE("a folder in the key's place is refused") {
    const test::TempDir dir;
    std::filesystem::create_directory(dir / "secret.key");
    test::SeededRandom random;
    const auto key = load_or_create_secret_key(dir.path(), random);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Code::not_readable);
}

TEST_CASE("a missing data directory is an error with its path") {
    const test::TempDir dir;
    test::SeededRandom random;
    const auto key = load_or_create_secret_key(dir / "gone", random);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Code::not_writable);
    CHECK(key.error().message.find("gone/secret.key") != std::string::npos);
}

TEST_CASE("those who make the key at once agree on it") {
    for (int round = 0; round < 20; ++round) {
        const test::TempDir dir;
        std::vector<std::string> keys(4);
        std::vector<std::thread> threads;
        std::atomic<int> ready = 0;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            threads.emplace_back([&, i] {
                SystemRandom random;
                ++ready;
                while (ready < 4) std::this_thread::yield();
                keys[i] = load_or_create_secret_key(dir.path(), random).value();
            });
        }
        for (auto& thread : threads) thread.join();
        CHECK(std::set<std::string>(keys.begin(), keys.end()).size() == 1);
    }
}

TEST_CASE("a key that was replaced is kept, the newest first, for the owner alone") {
    test::TempDir dir;
    test::SeededRandom random;
    const auto first = load_or_create_secret_key(dir.path(), random).value();
    CHECK(load_old_secret_keys(dir.path()).value().empty());
    CHECK(rotate_secret_key(dir.path(), random).value() == 1);
    const auto second = load_or_create_secret_key(dir.path(), random).value();
    CHECK(rotate_secret_key(dir.path(), random).value() == 2);
    CHECK(load_or_create_secret_key(dir.path(), random).value() != second);
    CHECK(load_old_secret_keys(dir.path()).value() == std::vector<std::string>{second, first});
    for (const char* name : {"secret.key", "secret.key.old"})
        CHECK(std::filesystem::status(dir.path() / name).permissions() ==
              (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("a rotation that was cut short loses no key, and the next goes on") {
    test::TempDir dir;
    test::SeededRandom random;
    const auto first = load_or_create_secret_key(dir.path(), random).value();
    REQUIRE(rotate_secret_key(dir.path(), random));
    const auto second = load_or_create_secret_key(dir.path(), random).value();
    const auto append = [&](const std::string& octets) {
        std::ofstream(dir.path() / "secret.key.old", std::ios::binary | std::ios::app) << octets;
    };
    append(second.substr(0, 7));  // the power failed in the middle of the write
    CHECK(load_old_secret_keys(dir.path()).value() == std::vector<std::string>{first});
    CHECK(rotate_secret_key(dir.path(), random).value() == 2);
    const auto third = load_or_create_secret_key(dir.path(), random).value();
    append(third);  // behind the write, before the new key was in its place
    CHECK(rotate_secret_key(dir.path(), random).value() == 3);
    CHECK(load_old_secret_keys(dir.path()).value() == std::vector<std::string>{third, second, first});
}

TEST_CASE("a rotation wants a present key, a file for the owner alone, and room") {
    test::TempDir dir;
    test::SeededRandom random;
    CHECK(rotate_secret_key(dir.path(), random).error().code == SecretKeyError::Code::lost);
    REQUIRE(load_or_create_secret_key(dir.path(), random));
    for (std::size_t i = 0; i < most_old_keys; ++i) REQUIRE(rotate_secret_key(dir.path(), random));
    const auto full = rotate_secret_key(dir.path(), random);
    CHECK(full.error().code == SecretKeyError::Code::too_many);
    std::filesystem::permissions(dir.path() / "secret.key.old", std::filesystem::perms(0640));
    CHECK(load_old_secret_keys(dir.path()).error().code == SecretKeyError::Code::exposed);
}
