#include "post/picture_folder.hpp"

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using namespace paperround;

namespace {
struct Folder {
    test::TempDir dir;
    void add(const std::string& path) const { dir.write(path, "x"); }
    // As `path`, with a question mark where it is not there, "outside" where it can be nowhere.
    [[nodiscard]] std::string find(const std::string& post, const std::string& target) const {
        const post::PictureFolder pictures(post::list_folder(dir.path()).value());
        const auto found = pictures.find(post, target);
        return found.path.empty() ? "outside" : found.path + (found.there ? "" : "?");
    }
};
}  // namespace

TEST_CASE_METHOD(Folder, "a picture is looked for from the post's own folder on") {
    add("boat.jpg");
    add("2026/boats/boat.jpg");
    add("2026/boats/img/sail.png");
    CHECK(find("a.md", "boat.jpg") == "boat.jpg");
    CHECK(find("2026/boats/index.md", "boat.jpg") == "2026/boats/boat.jpg");
    CHECK(find("2026/boats/index.md", "./img/sail.png") == "2026/boats/img/sail.png");
    CHECK(find("2026/other.md", "boats/img/sail.png") == "2026/boats/img/sail.png");
    CHECK(find("2026/boats/index.md", "../../boat.jpg") == "boat.jpg");
    CHECK(find("2026/boats/index.md", "gone.jpg") == "2026/boats/gone.jpg?");
}

TEST_CASE_METHOD(Folder, "no path leads out of the folder") {
    for (const char* target : {"../b.jpg", "a/../../b.jpg", "%2e%2e/b.jpg", "..", "/../b.jpg"})
        CHECK(find("a.md", target) == "outside");
    CHECK(find("x/a.md", "../../b.jpg") == "outside");
    CHECK(find("a.md", "..\\b.jpg") == "..\\b.jpg?");
    CHECK(find("a.md", "b%00.jpg") == "outside");
    CHECK(find("a.md", std::string(3000, 'x')) == "outside");
}

TEST_CASE_METHOD(Folder, "blanks, percent signs, queries and backslashes are read as people write them") {
    add("a boat.jpg");
    add("100%.png");
    add("a%20b.png");
    add("c#1.gif");
    add("img/d.png");
    CHECK(find("a.md", "a%20boat.jpg") == "a boat.jpg");
    CHECK(find("a.md", "a boat.jpg") == "a boat.jpg");
    CHECK(find("a.md", "100%.png") == "100%.png");
    CHECK(find("a.md", "100%25.png") == "100%.png");
    CHECK(find("a.md", "a%20b.png") == "a%20b.png");
    CHECK(find("a.md", "a%20boat.jpg?v=2#x") == "a boat.jpg");
    CHECK(find("a.md", "c%231.gif") == "c#1.gif");
    CHECK(find("a.md", "c#1.gif") == "c#1.gif");
    CHECK(find("a.md", "img%5Cd.png") == "img/d.png");
}

TEST_CASE_METHOD(Folder, "a name that was typed is that of a file from a Mac, and the other way round") {
    add("ku\u0308ste.png");
    add("café.png");
    add("\u1112\u1161\u11AB.png");
    add("\u304B\u3099.png");
    CHECK(find("a.md", "k\u00FCste.png") == "ku\u0308ste.png");
    CHECK(find("a.md", "cafe\u0301.png") == "café.png");
    CHECK(find("a.md", "\uD55C.png") == "\u1112\u1161\u11AB.png");
    CHECK(find("a.md", "\u304C.png") == "\u304B\u3099.png");
    CHECK(find("a.md", "kuste.png") == "kuste.png?");
}

TEST_CASE_METHOD(Folder, "from a slash on it is looked for in the whole folder, and in Hugo's static") {
    add("c.jpg");
    add("static/img/d.jpg");
    CHECK(find("posts/a.md", "/c.jpg") == "c.jpg");
    CHECK(find("posts/a.md", "/img/d.jpg") == "static/img/d.jpg");
    CHECK(find("posts/a.md", "/e.jpg") == "e.jpg?");
}

TEST_CASE_METHOD(Folder, "capitals may differ from the file's") {
    add("img/Boat.JPG");
    CHECK(find("a.md", "img/boat.jpg") == "img/Boat.JPG");
}

TEST_CASE_METHOD(Folder,
                 "a bare name is found wherever it lies, as Obsidian has it, and nearest to the top") {
    add("attachments/deep/Pasted image 1.png");
    add("attachments/Pasted image 1.png");
    CHECK(find("notes/a.md", "Pasted%20image%201.png") == "attachments/Pasted image 1.png");
    CHECK(find("notes/a.md", "attachments/deep/Pasted%20image%201.png") ==
          "attachments/deep/Pasted image 1.png");
    CHECK(find("notes/a.md", "img/Pasted%20image%201.png") == "notes/img/Pasted image 1.png?");
}
