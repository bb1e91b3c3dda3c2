#include "base/picture/picture_size.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::string_literals;

namespace {

std::string big(unsigned value, int octets) {
    std::string out;
    for (int i = octets - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * static_cast<unsigned>(i)));
    return out;
}

std::string png(unsigned width, unsigned height) {
    return "\x89PNG\r\n\x1A\n"s + big(13, 4) + "IHDR" + big(width, 4) + big(height, 4) + "\x08\x06\0\0\0"s;
}

std::string segment(char marker, const std::string& content) {
    return "\xFF"s + marker + big(static_cast<unsigned>(content.size()) + 2, 2) + content;
}

std::string frame(unsigned width, unsigned height, char marker = '\xC0') {
    return segment(marker, "\x08"s + big(height, 2) + big(width, 2) + "\x03\1\2\3\4\5\6\7\x08\x09"s);
}

// Exif with one entry, Orientation.
std::string exif(char orientation) {
    return segment('\xE1',
                   "Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\x03\0\0\0\1\0"s + orientation + "\0\0\0\0\0\0"s);
}

std::string box(const std::string& name, const std::string& content) {
    return big(static_cast<unsigned>(content.size()) + 8, 4) + name + content;
}

PictureSize size(const std::string& head) {
    return picture_size(head).value_or(PictureSize{});
}

}  // namespace

TEST_CASE("the size of a PNG and of a GIF stands in their first line") {
    CHECK(size(png(1600, 900)) == PictureSize{1600, 900});
    CHECK(size("GIF89a\x40\x01\xC8\0"s) == PictureSize{320, 200});
}
TEST_CASE("a JPEG's size stands behind what cameras and programs put in front of it") {
    const std::string begin = "\xFF\xD8"s;
    CHECK(size(begin + frame(4032, 3024)) == PictureSize{4032, 3024});
    CHECK(size(begin + segment('\xE0', "JFIF") + segment('\xE2', std::string(60'000, 'p')) +
               frame(10, 20, '\xC2')) == PictureSize{10, 20});
    CHECK(size(begin + "\xFF\xFF"s + frame(10, 20).substr(1)) == PictureSize{10, 20});
}
TEST_CASE("a photograph that was taken upright is as it is shown") {
    CHECK(size("\xFF\xD8"s + exif(6) + frame(4032, 3024)) == PictureSize{3024, 4032});
    CHECK(size("\xFF\xD8"s + exif(1) + frame(4032, 3024)) == PictureSize{4032, 3024});
    CHECK(size("\xFF\xD8"s + exif(3) + frame(4032, 3024)) == PictureSize{4032, 3024});
}
TEST_CASE("each kind of WebP is read") {
    const std::string riff = "RIFF\0\0\0\0WEBP"s;
    CHECK(size(riff + "VP8X\x0A\0\0\0\0\0\0\0\x3F\x06\0\x83\x03\0"s) == PictureSize{1600, 900});
    CHECK(size(riff + "VP8 \0\0\0\0\0\0\0\x9D\x01\x2A\x80\x02\xE0\x01"s) == PictureSize{640, 480});
    // 14 bits of width minus one, then 14 bits of height minus one.
    CHECK(size(riff + "VP8L\0\0\0\0\x2F\x7F\xC2\x77\0\0\0\0\0\0"s) == PictureSize{640, 480});
}
TEST_CASE("an AVIF says it in the properties of its items") {
    const std::string ispe = box("ispe", "\0\0\0\0"s + big(1200, 4) + big(800, 4));
    const std::string file = box("ftyp", "avif\0\0\0\0avif"s) +
                             box("meta", "\0\0\0\0"s + box("hdlr", "\0\0\0\0"s) +
                                             box("iprp", box("ipco", box("colr", "nclx") + ispe)));
    CHECK(size(file) == PictureSize{1200, 800});
}
TEST_CASE("what ends too early says nothing") {
    const std::string jpeg = "\xFF\xD8"s + exif(6) + frame(10, 20);
    const std::string avif =
        box("ftyp", "avif\0\0\0\0"s) +
        box("meta", "\0\0\0\0"s + box("iprp", box("ipco", box("ispe", "\0\0\0\0\0\0\1\0\0\0\1\0"s))));
    for (const std::string& file :
         {png(1, 1).substr(0, 24), jpeg.substr(0, jpeg.size() - 4), "GIF89a\1\0\1\0"s, avif}) {
        CHECK(picture_size(file));
        for (std::size_t length = 0; length + 10 < file.size(); ++length)
            CHECK_FALSE(picture_size(file.substr(0, length)));
    }
}
TEST_CASE("what is no picture, or none that can be, has no size") {
    CHECK_FALSE(picture_size(""));
    CHECK_FALSE(picture_size("<!DOCTYPE html><title>404</title>"));
    CHECK_FALSE(picture_size("<svg width='10' height='10'/>"));
    CHECK_FALSE(picture_size(png(0, 10)));
    CHECK_FALSE(picture_size(png(10, 0)));
    CHECK_FALSE(picture_size(png(4'000'000'000U, 10)));
    CHECK_FALSE(picture_size("\xFF\xD8"s + segment('\xE0', "")));
    CHECK_FALSE(picture_size("\xFF\xD8\xFF\xE0\0\0"s + frame(10, 20)));  // a segment shorter than its length
    CHECK_FALSE(picture_size("\xFF\xD8\xFF\xDA"s + frame(10, 20)));      // the data before the size
    CHECK_FALSE(picture_size("RIFF\0\0\0\0WEBPVP8?"s + std::string(20, '\1')));
}
TEST_CASE("an orientation that points outside of the file turns nothing") {
    const std::string wild = segment('\xE1', "Exif\0\0MM\0*\xFF\xFF\xFF\xFF"s);
    CHECK(size("\xFF\xD8"s + wild + frame(40, 30)) == PictureSize{40, 30});
    const std::string many = segment('\xE1', "Exif\0\0II*\0\x08\0\0\0\xFF\xFF"s);
    CHECK(size("\xFF\xD8"s + many + frame(40, 30)) == PictureSize{40, 30});
}
TEST_CASE("a file of nothing but markers, segments or boxes is read at once") {
    std::string markers = "\xFF\xD8"s;
    std::string segments = markers;
    std::string boxes = box("ftyp", "avif");
    while (markers.size() < picture_head) markers += "\xFF\xD0"s;
    while (segments.size() < picture_head) segments += segment('\xE0', "");
    while (boxes.size() < picture_head) boxes += box("free", "");
    for (const std::string& file :
         {markers, segments, boxes, "\xFF\xD8"s + std::string(picture_head, '\xFF')})
        CHECK_FALSE(picture_size(file));
}
