// The part of a configuration that says which readers get which posts.
#include <catch2/catch.hpp>

#include "config/loader.hpp"

using namespace paperround;
using namespace paperround::config;

namespace {

// `keys` are the newsletter's, from line 6 on.
Result<Settings, std::vector<Problem>> load_with(const std::string& keys) {
    return parse(
        "\nnewsletters:\n  notes:\n    title: Notes\n    from: notes@example.org\n    sources: "
        "[{feed: \"https://example.org/feed.xml\"}]\n    " +
            keys + "\nrelays:\n  main: {url: \"smtp://mail\"}\n",
        "config.yaml");
}
std::string problem(const std::string& keys) {
    const auto settings = load_with(keys);
    REQUIRE_FALSE(settings);
    REQUIRE(settings.error().size() == 1);
    return settings.error().front().to_line();
}

}  // namespace

TEST_CASE("a newsletter is for all readers and all posts until it chooses") {
    const auto all = load_with("language: en").value().newsletters.front();
    CHECK_FALSE(all.to);
    CHECK(all.only.empty());
    CHECK(all.except.empty());
    const auto some =
        load_with("to: \"lang = 'de' and tag 'beta'\"\n    only: [Walks, maps]\n    except: internal")
            .value()
            .newsletters.front();
    REQUIRE(some.to);
    CHECK(some.to->text() == "lang = 'de' and tag 'beta'");
    CHECK(some.only == std::vector<std::string>{"walks", "maps"});
    CHECK(some.except == std::vector<std::string>{"internal"});
}

TEST_CASE("a mistake in an expression is named with line, key and column") {
    CHECK(problem("to: \"lang = de\"") ==
          "config.yaml:7: newsletters.notes.to: column 8 of it: expected a text in quotes, got \"de\"");
}

TEST_CASE("a list of tags has some, and they are texts") {
    CHECK(problem("only: []") == "config.yaml:7: newsletters.notes.only: expected a list of 1 to 100 tags");
    CHECK(problem("only: {a: b}") ==
          "config.yaml:7: newsletters.notes.only: expected a list of 1 to 100 tags");
    CHECK(problem("except: [[a]]").find("newsletters.notes.except") != std::string::npos);
}
