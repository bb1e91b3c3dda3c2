#include "post/relative_targets.hpp"

#include <catch2/catch.hpp>

using paperround::post::without_relative_targets;

TEST_CASE("pictures beside the post are their alternative text, and what is lost is named once") {
    const auto read = without_relative_targets(
        "<p><img src=\"boat.jpg\" alt=\"A &amp; B\"> <img src='boat.jpg'> <a href=\"../plan.pdf\">x</a></p>");
    CHECK(read.html == "<p>A &amp; B  <a href=\"../plan.pdf\">x</a></p>");
    CHECK(read.lost == std::vector<std::string>{"boat.jpg", "../plan.pdf"});
}

TEST_CASE("addresses and places within the post are not lost") {
    const std::string html =
        "<a href=\"#top\">a</a><a href=\"mailto:a@b.example\">b</a><a href=\"https://e.org/\">c</a><img "
        "src=\"//e.org/i.png\">a < b";
    const auto read = without_relative_targets(html);
    CHECK(read.html == html);
    CHECK(read.lost.empty());
}
