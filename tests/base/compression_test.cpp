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
TEST_CASE("what gzip has packed is unpacked, whatever follows it") {
    // `printf sea | gzip -n`
    const std::string packed(
        "\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03\x2B\x4E\x4D\x04\x00\x37\xC1\xC9\x8B\x03\x00\x00\x00", 23);
    CHECK(is_gzip(packed));
    CHECK(gunzipped(packed, 100) == "sea");
    CHECK(gunzipped(packed + "more", 100) == "sea");
    CHECK_FALSE(gunzipped(packed, 2));
    CHECK_FALSE(gunzipped(packed.substr(0, 20), 100));
    CHECK_FALSE(is_gzip("<rss>"));
}
