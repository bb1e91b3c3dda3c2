#include "email/css/colour.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::email;

TEST_CASE("contrast is what WCAG's own examples say") {
    CHECK(contrast({0, 0, 0}, {255, 255, 255}) == Approx(21));
    CHECK(contrast({255, 255, 255}, {255, 255, 255}) == Approx(1));
    // The known border of AA on white: #767676 passes, #777777 does not.
    CHECK(contrast({0x76, 0x76, 0x76}, {255, 255, 255}) == Approx(4.54).margin(0.005));
    CHECK(contrast({0x77, 0x77, 0x77}, {255, 255, 255}) == Approx(4.48).margin(0.005));
}

TEST_CASE("a colour is six digits behind a hash") {
    CHECK(parse_colour("#9c3d1a") == Colour{0x9c, 0x3d, 0x1a});
    CHECK(to_text({0x9c, 0x3d, 0x1a}) == "#9c3d1a");
    for (const char* wrong : {"", "9c3d1a", "#9c3d1", "#9c3d1g", "#9c3d1a0", "red"})
        CHECK_FALSE(parse_colour(wrong));
}

TEST_CASE("ink is white on dark colours and dark on light ones") {
    CHECK(ink_on({0x9c, 0x3d, 0x1a}) == Colour{255, 255, 255});
    CHECK(ink_on({0xff, 0xd4, 0x00}) == Colour{29, 27, 24});
    // 4.0 with the dark ink and 4.4 with white: only black can be read.
    CHECK(ink_on({0x79, 0x79, 0x79}) == Colour{0, 0, 0});
}

TEST_CASE("a colour that can be read stays, another is moved until it can") {
    CHECK(readable_on({0x9c, 0x3d, 0x1a}, paper) == Colour{0x9c, 0x3d, 0x1a});
    for (const Colour accent : {Colour{0xff, 0xd4, 0x00}, {255, 255, 255}, {0, 0, 0}, {0x00, 0x80, 0xff}}) {
        CHECK(contrast(readable_on(accent, paper), paper) >= readable_contrast);
        CHECK(contrast(readable_on(accent, night), night) >= readable_contrast);
    }
}
