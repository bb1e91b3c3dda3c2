#include "pipeline/press/enclosure.hpp"

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace paperround;
using pipeline::enclose_pictures;
using pipeline::FolderPost;

namespace {

const std::string jpeg = "\xFF\xD8\xFF\xE0";

struct Folder {
    test::TempDir dir;
    [[nodiscard]] FolderPost post(const std::string& html, const std::string& image = {}) const {
        return {{.id = "a", .image = image, .html = html}, dir.path()};
    }
};

}  // namespace

TEST_CASE_METHOD(Folder, "pictures beside a post are enclosed once, and shown by cid") {
    dir.write("img/boat.jpg", jpeg);
    const auto enclosed =
        enclose_pictures({post("<img src=\"beside:img/boat.jpg\" alt=\"A\"><img src='beside:img/boat.jpg'>",
                               "beside:img/boat.jpg")},
                         "example.org");
    REQUIRE(enclosed.pictures.size() == 1);
    const std::string url = email::cid_url(enclosed.pictures[0]);
    CHECK(enclosed.posts[0].html == "<img src=\"" + url + "\" alt=\"A\"><img src=\"" + url + "\">");
    CHECK(enclosed.posts[0].image == url);
    CHECK(enclosed.lost.empty());
}

TEST_CASE_METHOD(Folder, "what cannot be sent leaves its words, and is named once") {
    const auto enclosed = enclose_pictures(
        {post("<p><img src=\"beside:a%20b.jpg\" alt=\"A boat\"> <img src=\"beside:a%20b.jpg\"></p>",
              "beside:c.png")},
        "example.org");
    CHECK(enclosed.posts[0].html == "<p>A boat </p>");
    CHECK(enclosed.posts[0].image.empty());
    CHECK(enclosed.lost ==
          std::vector<std::string>{"the picture c.png is not there: it is left out, its words stay",
                                   "the picture a b.jpg is not there: it is left out, its words stay"});
}

TEST_CASE_METHOD(Folder,
                 "the posts of a digest share what a mail may carry, and may call two pictures the same") {
    const test::TempDir other;
    dir.write("a.jpg", jpeg + std::string(102'000, 'a'));
    other.write("a.jpg", jpeg + "b");
    std::vector<FolderPost> posts{post("<img src=\"beside:a.jpg\">"),
                                  {{.id = "b", .html = "<img src=\"beside:a.jpg\">"}, other.path()}};
    for (int i = 0; i < 5; ++i) {
        const std::string name = std::to_string(i) + ".jpg";
        dir.write(name, jpeg + std::string(102'000, static_cast<char>('0' + i)));
        posts.push_back(post("<img src=\"beside:" + name + "\">"));
    }
    const auto enclosed = enclose_pictures(std::move(posts), "example.org");
    CHECK(enclosed.posts[0].html != enclosed.posts[1].html);
    CHECK(enclosed.pictures.size() == 6);
    REQUIRE(enclosed.lost.size() == 1);
    CHECK(enclosed.lost[0].find("4.jpg would make the mail's pictures larger than 500 KiB") !=
          std::string::npos);
}

TEST_CASE(
    "a post whose folder is no source any more goes without its pictures, and what a feed says is no path") {
    const auto enclosed =
        enclose_pictures({{{.id = "a", .html = "<img src=\"beside:/etc/passwd\" alt=x>"}, {}},
                          {{.id = "b", .html = "<img src=\"https://e.org/a.jpg\">"}, {}}},
                         "example.org");
    CHECK(enclosed.posts[0].html == "x");
    CHECK(enclosed.posts[1].html == "<img src=\"https://e.org/a.jpg\">");
    CHECK(enclosed.pictures.empty());
    CHECK(enclosed.lost[0].find("a folder that is no source any more") != std::string::npos);
}
