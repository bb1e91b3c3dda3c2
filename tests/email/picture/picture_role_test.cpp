#include "email/picture/picture_role.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

TEST_CASE("a file's name and a template's words say nothing of a picture") {
    for (const std::string alt : {"IMG_4032.JPG", "one-1500x1000.jpg", "audio-thumbnail"}) {
        INFO(alt);
        CHECK(clean("<img src=https://x.example/a.jpg alt='" + alt + "'>").find(alt) == std::string::npos);
        CHECK(text("<img src='data:image/png;base64,AA' alt='" + alt + "'>").empty());
    }
    CHECK(text("<p><img src=https://x.example/a.jpg alt='The file a.jpg'></p>") == "[The file a.jpg]\n");
}
TEST_CASE("a site's icon beside its name is as high as the text") {
    CHECK(clean("<img class=kg-bookmark-icon src=https://x.example/i.png>")
              .find("width=\"20\" height=\"20\"") != std::string::npos);
    CHECK(clean("<img class=kg-image src=https://x.example/i.png>").find("width=\"20\"") ==
          std::string::npos);
}
TEST_CASE("what follows a picture in the text does not join it") {
    CHECK(text("<p><img src=https://x.example/a.jpg alt=Gulls><em>at noon</em></p>") == "[Gulls] at noon\n");
    CHECK(text("<p><img src=https://x.example/a.jpg alt=Gulls>, at noon</p>") == "[Gulls], at noon\n");
    CHECK(text("<p><a href=https://x.example/s><b>a</b> </a>b</p>") ==
          "a [1] b\n\n[1] https://x.example/s\n");
    CHECK(text("<p><a href=https://x.example/s><img src=https://x.example/a.jpg></a>more</p>") ==
          "https://x.example/s more\n");
}
TEST_CASE("a picture without an alternative has its title") {
    CHECK(clean("<img src=/a.png title='The quay'>").find("alt=\"The quay\"") != std::string::npos);
    CHECK(clean("<img src=/a.png title='The quay' alt=''>").find("alt=\"\"") != std::string::npos);
}
