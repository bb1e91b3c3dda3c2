#include "base/compression.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("what was compressed comes back octet by octet") {
    std::string all;
    for (int i = 0; i < 100'000; ++i) all += static_cast<char>(i * 7);
    for (const std::string& octets : {std::string(), std::string("a"), std::string(3, '\0'), all}) {
        CHECK(decompressed(compressed(octets), octets.size()) == octets);
    }
    CHECK(compressed(std::string(100'000, 'x')).size() < 1000);
}
TEST_CASE("what is larger than the limit is not unpacked to its end") {
    CHECK_FALSE(decompressed(compressed(std::string(100'000, 'x')), 99'999));
}
TEST_CASE("what is cut off, damaged or followed by more is refused") {
    const std::string sound = compressed("a newsletter, and again a newsletter");
    for (std::size_t size = 0; size < sound.size(); ++size)
        CHECK_FALSE(decompressed(sound.substr(0, size), 1000));
    for (std::size_t at = 0; at < sound.size(); ++at) {
        std::string damaged = sound;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        CHECK(decompressed(damaged, 1000) != std::optional<std::string>("a newsletter, and again another"));
    }
    CHECK_FALSE(decompressed(sound + "x", 1000));
    CHECK_FALSE(decompressed("no such thing", 1000));
}
