#include "base/picture/picture_address.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

namespace {

bool same(const std::string& a, const std::string& b) {
    return !picture_name(a).empty() && picture_name(a) == picture_name(b);
}

const std::string ship = "https://harbour.example/uploads/2026/11/ship.jpg";

}  // namespace

TEST_CASE("a picture in another size is the same picture") {
    for (const char* name : {"ship-1024x683.jpg", "ship-scaled.jpg", "ship_640x.jpg", "ship@2x.jpg",
                             "ship-e1690000000000.jpg", "ship-300x200.webp", "ship.jpg.webp",
                             "ship.jpg?w=640&ssl=1", "ship-scaled-300x200.jpg", "SHIP.JPG"})
        CHECK(same(ship, std::string("https://harbour.example/uploads/2026/11/") + name));
}
TEST_CASE("a picture of DeviantArt's in another size is the same picture") {
    CHECK(same("https://images-wixmp.example/f/abc/envision_by_ann-250t.jpg",
               "https://images-wixmp.example/f/abc/envision_by_ann-fullview.jpg"));
}
TEST_CASE("a picture from a server that delivers it is the same picture") {
    CHECK(same(ship, "https://i0.wp.com/harbour.example/uploads/2026/11/ship-725x209.jpg?ssl=1"));
    CHECK(same(ship, "https://res.cloudinary.com/x/image/fetch/w_600/" + ship));
    CHECK(same(ship,
               "https://substackcdn.com/image/fetch/$s_!a!,w_1456,c_limit/"
               "https%3A%2F%2Fharbour.example%2Fuploads%2F2026%2F11%2Fship.jpg"));
    CHECK(same(ship, "https://harbour.example/cdn-cgi/image/width=600/uploads/2026/11/ship.jpg"));
    CHECK(same(ship, "https://harbour.example/_next/image?url=%2Fuploads%2F2026%2F11%2Fship.jpg&w=640&q=75"));
    CHECK(same(ship, "https://images.weserv.nl/?url=harbour.example/uploads/2026/11/ship.jpg&w=300"));
    CHECK(same("https://g.example/content/images/2026/11/quay.jpg",
               "https://g.example/content/images/size/w1000/2026/11/quay.jpg"));
    CHECK(same("https://blogger.googleusercontent.com/img/b/R29/AVvXsE/s1600/ship.jpg",
               "https://blogger.googleusercontent.com/img/b/R29/AVvXsE/s72-c/ship.jpg"));
    CHECK(same("https://live.staticflickr.com/65535/51234_abcdef_b.jpg",
               "https://live.staticflickr.com/65535/51234_abcdef_z.jpg"));
    CHECK(same("https://i2.ytimg.com/vi/e9DfSCk-6Ko/hqdefault.jpg",
               "https://img.youtube.com/vi/e9DfSCk-6Ko/maxresdefault.jpg"));
}
TEST_CASE("other pictures are other pictures") {
    CHECK_FALSE(same(ship, "https://harbour.example/uploads/2026/11/quay.jpg"));
    CHECK_FALSE(same("https://e.org/a/image.jpg", "https://e.org/b/image.jpg"));
    CHECK_FALSE(same("https://e.org/2026/1.png", "https://e.org/2025/1.png"));
    CHECK_FALSE(same("https://i.ytimg.com/vi/a/hqdefault.jpg", "https://i.ytimg.com/vi/b/hqdefault.jpg"));
    CHECK_FALSE(same("https://e.org/", "https://e.org/"));
    CHECK_FALSE(same("https://e.org/ship.jpg?from=https://e.org/quay", "https://e.org/quay.jpg"));
}
TEST_CASE("an avatar is told by where it comes from, and not by the film of that name") {
    for (const char* url :
         {"https://1.gravatar.com/avatar/0123abcd?s=96", "https://secure.gravatar.com/avatar/0",
          "https://avatars.githubusercontent.com/u/1?v=4", "https://pbs.twimg.com/profile_images/1/a.jpg",
          "https://lh3.googleusercontent.com/a/ACg8=s96-c", "https://i0.wp.com/secure.gravatar.com/x.jpg",
          "https://e.org/users/avatar.png", "https://yt3.ggpht.com/ytc/x=s88"})
        CHECK(is_avatar_address(url));
    for (const char* url :
         {"https://e.org/2026/avatar-the-way-of-water.jpg", "https://e.org/photo.jpg", "", "avatar"})
        CHECK_FALSE(is_avatar_address(url));
}
TEST_CASE("a width that stands in the address is read") {
    const auto width = [](const char* url) { return width_in_address(url).value_or(0); };
    CHECK(width("https://e.org/a/ship-150x150.jpg") == 150);
    CHECK(width("https://e.org/a/ship.jpg?w=640") == 640);
    CHECK(width("https://i0.wp.com/e.org/ship.jpg?resize=1024%2C768&ssl=1") == 1024);
    CHECK(width("https://1.bp.blogspot.com/-x/s72-c/ship.jpg") == 72);
    CHECK(width("https://e.org/content/images/size/w1000/ship.jpg") == 1000);
    CHECK(width("https://miro.medium.com/v2/resize:fit:1400/1*a.jpeg") == 1400);
    CHECK(width("https://lh3.googleusercontent.com/abc=s1600") == 1600);
    CHECK(width("https://i.ytimg.com/vi/x/default.jpg") == 120);
    CHECK(width("https://images.squarespace-cdn.com/content/ship.jpg?format=750w") == 750);
    CHECK(width("https://e.org/ship.jpg") == 0);
    CHECK(width("https://e.org/2026/s3/ship.jpg") == 0);
    CHECK(width("https://e.org/boeing-747x8.jpg") == 747);  // a wrong guess, by design
}
TEST_CASE("an address of a hundred thousand of everything is read at once") {
    for (const char* piece : {"/", "https://", "?url=", "-1x1", ".jpg", "%25", "@2x", "_w", "="}) {
        std::string url = "https://e.org/";
        while (url.size() < 100'000) url += piece;
        CHECK(picture_name(url).size() <= url.size());
        (void)is_avatar_address(url);
        (void)width_in_address(url);
    }
}
