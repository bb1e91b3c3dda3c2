#include "base/picture/picture_tone.hpp"

#include <catch2/catch.hpp>

#include "base/compression.hpp"

using namespace paperround;
using namespace std::string_literals;

namespace {

std::string big(std::size_t value) {
    std::string out;
    for (unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(value >> shift);
    return out;
}

std::string chunk(const std::string& name, const std::string& content) {
    return big(content.size()) + name + content + "sum?";
}

// The rows of a file, each with its filter type in front.
std::string png(unsigned width, unsigned height, char depth, char type, const std::string& rows,
                const std::string& between = "") {
    return "\x89PNG\r\n\x1A\n"s + chunk("IHDR", big(width) + big(height) + depth + type + "\0\0\0"s) +
           between + chunk("IDAT", compressed(rows)) + chunk("IEND", "");
}

const std::string clear = "\0\0\0\0"s;
const std::string ink = "\x10\x10\x20\xFF"s;
const std::string white = "\xFF\xFF\xFF\xFF"s;

}  // namespace

TEST_CASE("dark ink on nothing vanishes in the dark") {
    CHECK(is_dark_on_nothing(png(2, 2, 8, 6, "\0"s + clear + ink + "\0"s + ink + clear)));
}
TEST_CASE("light ink, and a ground of its own, do not vanish") {
    CHECK_FALSE(is_dark_on_nothing(png(2, 2, 8, 6, "\0"s + clear + white + "\0"s + white + clear)));
    CHECK_FALSE(is_dark_on_nothing(png(2, 2, 8, 6, "\0"s + ink + ink + "\0"s + ink + ink)));
    CHECK_FALSE(is_dark_on_nothing(png(2, 2, 8, 6, "\0"s + white + ink + "\0"s + clear + ink)));
    CHECK_FALSE(is_dark_on_nothing(png(1, 1, 8, 6, "\0"s + clear)));
}
TEST_CASE("rows are read through each filter") {
    // Filter "up" with differences of zero: the second row equals the first.
    CHECK(is_dark_on_nothing(png(2, 2, 8, 6, "\0"s + clear + ink + "\2"s + clear + clear)));
    // Filter "sub" with a difference of zero: the same ink as on the left.
    CHECK(is_dark_on_nothing(png(3, 1, 8, 6, "\1"s + clear + ink + clear)));
    CHECK(is_dark_on_nothing(png(2, 2, 8, 6, "\0"s + clear + ink + "\4"s + clear + clear)));
    // Filter "Paeth": white once it is added to the ink above it.
    CHECK_FALSE(is_dark_on_nothing(png(2, 2, 8, 6, "\0"s + clear + ink + "\4"s + clear + "\xEF\xEF\xDF\0"s)));
    CHECK_FALSE(is_dark_on_nothing(png(2, 1, 8, 6, "\5"s + clear + ink)));
}
TEST_CASE("palettes and grey are read") {
    const std::string palette = chunk("PLTE", "\0\0\0\xFF\xFF\xFF"s);
    // Four pixels of one bit: black is 0; white is 1 and transparent.
    CHECK(is_dark_on_nothing(png(4, 1, 1, 3, "\0\x50"s, palette + chunk("tRNS", "\xFF\0"s))));
    CHECK_FALSE(is_dark_on_nothing(png(4, 1, 1, 3, "\0\x50"s, palette)));
    CHECK(is_dark_on_nothing(png(2, 1, 8, 4, "\0\0\0\x20\xFF"s)));
}
TEST_CASE("a broken or unusual file tells nothing") {
    const std::string rows = "\0"s + clear + ink;
    const std::string good = png(2, 1, 8, 6, rows);
    REQUIRE(is_dark_on_nothing(good));
    for (std::size_t length = 0; length + 16 < good.size(); ++length)
        CHECK_FALSE(is_dark_on_nothing(good.substr(0, length)));
    CHECK_FALSE(is_dark_on_nothing(png(2, 2, 8, 6, rows)));            // rows are missing
    CHECK_FALSE(is_dark_on_nothing(png(2, 1, 8, 6, rows + "\0"s)));    // too many octets
    CHECK_FALSE(is_dark_on_nothing(png(60'000, 60'000, 8, 6, rows)));  // more pixels than any logo has
    CHECK_FALSE(is_dark_on_nothing(png(2, 1, 16, 6, rows)));
    CHECK_FALSE(is_dark_on_nothing(png(2, 1, 8, 9, rows)));
    CHECK_FALSE(
        is_dark_on_nothing(png(3, 1, 8, 3, "\0\0\1\xFF"s)));  // a missing palette counts as black and opaque
}
