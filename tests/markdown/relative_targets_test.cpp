#include "markdown/relative_targets.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace paperround;
using markdown::rewrite_targets;
using markdown::TargetRules;

namespace {
TargetRules losing_all() {
    return {.picture = [](const std::string&) { return std::nullopt; }, .other = {}};
}
}  // namespace

TEST_CASE("where a picture has no place its words stand, as text") {
    CHECK(rewrite_targets("<p><img src=\"boat.jpg\" alt=\"A &amp; B\"> <img src='boat.jpg'></p>",
                          losing_all()) == "<p>A &amp; B </p>");
    CHECK(rewrite_targets("<img src=a alt='<script>'>", losing_all()) == "&lt;script&gt;");
}

TEST_CASE("a picture's place changes, and nothing else of its tag") {
    std::vector<std::string> asked;
    const auto place = [&](const std::string& src) {
        asked.push_back(src);
        return std::optional<std::string>(src == "here" ? src : "to \"<there>");
    };
    const std::string html = "<IMG alt=A src = 'a&amp;b.jpg' width=5>x<img src=here><img alt=none>";
    CHECK(rewrite_targets(html, {.picture = place, .other = {}}) ==
          "<IMG alt=A src = \"to &quot;&lt;there&gt;\" width=5>x<img src=here><img alt=none>");
    CHECK(asked == std::vector<std::string>{"a&b.jpg", "here"});
}

TEST_CASE("links, films and sounds are told of and stay, and comments are not looked into") {
    std::vector<std::string> seen;
    const std::string html =
        "<a href=\"../plan.pdf\">x</a><video src=film.mp4></video><audio><source src=s.mp3></audio>"
        "<!-- <img src=a> <a href=b> -->a < b <b>";
    TargetRules rules = losing_all();
    rules.other = [&](const std::string& target) { seen.push_back(target); };
    CHECK(rewrite_targets(html, rules) == html);
    CHECK(seen == std::vector<std::string>{"../plan.pdf", "film.mp4", "s.mp3"});
}

TEST_CASE("relative is what has no scheme, no host, and is no place within the post") {
    for (const char* target : {"a.jpg", "../a.jpg", "/a.jpg", "a/b:c.jpg", "?x", "a%20b.png"})
        CHECK(markdown::is_relative(target));
    for (const char* target :
         {"", "#top", "//e.org/i.png", "https://e.org/", "mailto:a@b.example", "beside:a"})
        CHECK_FALSE(markdown::is_relative(target));
}

TEST_CASE("a path comes back from its reference, whatever it holds") {
    for (const std::string& path :
         {"boat.jpg", "2026/boats/a boat.jpg", "100%.png", "\u00fc/b#1?.gif", "a:b\\c"})
        CHECK(markdown::path_beside(markdown::beside_reference(path)) == path);
    CHECK(markdown::beside_reference("a/b c") == "beside:a/b%20c");
    CHECK_FALSE(markdown::path_beside("https://e.org/a.jpg").has_value());
    CHECK_FALSE(markdown::path_beside("beside:%zz").has_value());
}

TEST_CASE("a hundred thousand pictures, and as many open tags, are rewritten at once") {
    std::string pictures;
    for (int i = 0; i < 100'000; ++i) pictures += "<img src=a.jpg alt=x>";
    CHECK(rewrite_targets(pictures, losing_all()) == std::string(100'000, 'x'));
    const std::string open(100'000, '<');
    CHECK(rewrite_targets(open, losing_all()) == open);
}
