#include "post/picture_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/temp_dir.hpp"

using namespace paperround;
using post::look_at_picture;
using post::read_picture;

namespace {
const std::string png("\x89PNG\r\n\x1A\n and more", 17);
const std::string jpeg = "\xFF\xD8\xFF\xE0 and more";

struct Folder {
    test::TempDir dir;
    std::filesystem::path posts = dir / "posts";

    Folder() { dir.write("posts/boat.png", png); }
    [[nodiscard]] std::string why_not(const std::string& path) const {
        const auto read = read_picture(posts, path);
        const auto looked = look_at_picture(posts, path);
        CHECK((read ? "" : read.error()) == (looked ? "" : looked.error()));
        return read ? "" : read.error();
    }
};
}  // namespace

TEST_CASE_METHOD(Folder, "a picture is what its first octets say, whatever its name is") {
    const auto read = read_picture(posts, "boat.png").value();
    CHECK(read.octets == png);
    CHECK(read.type == "image/png");
    CHECK(read.name == "boat.png");
    dir.write("posts/img/a.png", jpeg);
    CHECK(read_picture(posts, "img/a.png").value().type == "image/jpeg");
    dir.write("posts/b", "GIF89a...");
    CHECK(look_at_picture(posts, "b").value().type == "image/gif");
    CHECK(look_at_picture(posts, "b").value().size == 9);
}

TEST_CASE_METHOD(Folder, "what is no picture that every mail program shows is not read") {
    for (const char* text : {"<svg xmlns='http://www.w3.org/2000/svg'/>", "RIFF....WEBPVP8 ", "", "\x89PN"}) {
        dir.write("posts/a.png", text);
        CHECK(why_not("a.png") == "is no PNG, JPEG or GIF");
    }
}

TEST_CASE_METHOD(Folder, "a picture has at most 100 KiB") {
    dir.write("posts/a.jpg", jpeg + std::string(102'400 - jpeg.size(), 'x'));
    CHECK(why_not("a.jpg").empty());
    dir.write("posts/a.jpg", jpeg + std::string(102'401 - jpeg.size(), 'x'));
    CHECK(why_not("a.jpg") == "has 101 KiB, and at most 100 are sent with a mail");
}

TEST_CASE_METHOD(Folder, "nothing outside of the folder is read, by no path and by no link") {
    dir.write("secret.png", png);
    dir.write("posts2/near.png", png);
    std::filesystem::create_symlink(dir / "secret.png", posts / "link.png");
    std::filesystem::create_directory_symlink(dir.path(), posts / "up");
    std::filesystem::create_symlink("boat.png", posts / "inner.png");
    for (const std::string& path :
         {std::string("../secret.png"), std::string("link.png"), std::string("up/secret.png"),
          (dir / "secret.png").string(), std::string("../posts2/near.png")}) {
        CHECK(why_not(path) == "lies outside of the source's folder");
    }
    CHECK(why_not("inner.png").empty());
}

TEST_CASE_METHOD(Folder, "what is not there, no file or not to be opened is said so, and not waited for") {
    CHECK(why_not("gone.png") == "is not there");
    CHECK(why_not("boat.png/x.png") == "is not there");
    std::filesystem::create_directory(posts / "folder.png");
    CHECK(why_not("folder.png") == "is no plain file");
    REQUIRE(::mkfifo((posts / "pipe.png").c_str(), 0600) == 0);
    CHECK(why_not("pipe.png") == "is no plain file");
    CHECK(read_picture(dir / "nowhere", "a.png").error() == "is not there");
}

TEST_CASE("the pictures of a mail have at most 500 KiB and are at most 50: those that come first") {
    post::PictureAllowance octets;
    for (int i = 0; i < 5; ++i) CHECK(octets.refusal_of(99'000).empty());
    CHECK(octets.refusal_of(20'000).find("larger than 500 KiB together") != std::string::npos);
    CHECK(octets.refusal_of(10'000).empty());
    post::PictureAllowance number;
    for (int i = 0; i < 50; ++i) CHECK(number.refusal_of(1).empty());
    CHECK(number.refusal_of(1) == "is one of more than 50 pictures");
}
