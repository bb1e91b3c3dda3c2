#include "post/foreign_markup.hpp"

#include <catch2/catch.hpp>

using paperround::post::without_foreign_markup;

namespace {
std::string own(std::string_view text) {
    return without_foreign_markup(text).text;
}
}  // namespace

TEST_CASE("links between notes become their words, pictures stay pictures") {
    CHECK(own("See [[Harbour day|the day]], [[Boats]] and [[Boats#Sails]].") ==
          "See the day, Boats and Boats Sails.");
    CHECK(own("![[boat.png]] ![[a boat.jpg|A boat]] ![[Note]]") ==
          "![](<boat.png>) ![A boat](<a boat.jpg>) Note");
    CHECK(own("[a](b) [[a]](b) [[]] [[open") == "[a](b) a(b) [[]] [[open");
}

TEST_CASE("private notes go, and their lines stay") {
    CHECK(own("a%%no%%b") == "ab");
    CHECK(own("a\n%%\nno\n%%\nb") == "a\n\n\n\nb");
    CHECK(own("100%% of it") == "100%% of it");
}

TEST_CASE("what only Jekyll or Hugo understands is named with its line, and code is left alone") {
    const auto read = without_foreign_markup(
        "a\n{{< youtube x >}}\n`{{ code }}` ``a ` {{ b``\n```\n{% raw %}\n```\n{% if %}");
    REQUIRE(read.foreign.size() == 2);
    CHECK(read.foreign[0].line == 2);
    CHECK(read.foreign[0].text == "{{< youtube x >}}");
    CHECK(read.foreign[1].line == 7);
    CHECK(without_foreign_markup("{{ open").foreign.empty());
}

TEST_CASE("code of every length that never closes is not slow") {
    std::string ticks;
    for (int i = 1; i < 1000; ++i) ticks += std::string(static_cast<std::size_t>(i), '`') + "a";
    CHECK(own(ticks) == ticks);
}
