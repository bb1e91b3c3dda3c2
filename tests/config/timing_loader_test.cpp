// The part of a newsletter's configuration that says which posts are sent, and when.
#include <catch2/catch.hpp>

#include "config/loader.hpp"

using namespace paperround;
using namespace paperround::config;
using namespace std::chrono_literals;

namespace {

// A newsletter with more keys, from line 6 on.
Result<Settings, std::vector<Problem>> load_with(const std::string& keys) {
    return parse(
        "newsletters:\n  notes:\n    title: Notes\n    from: notes@example.org\n"
        "    sources: [{feed: \"https://example.org/feed.xml\"}]\n    " +
            keys + "\nrelays:\n  main: {url: \"smtp://mail\"}\n",
        "config.yaml");
}
Newsletter sound(const std::string& keys) {
    const auto settings = load_with(keys);
    if (!settings) {
        for (const Problem& problem : settings.error()) UNSCOPED_INFO(problem.to_line());
    }
    REQUIRE(settings);
    return settings->newsletters.at(0);
}
std::string problem(const std::string& keys) {
    const auto settings = load_with(keys);
    REQUIRE_FALSE(settings);
    std::string lines;
    for (const Problem& problem : settings.error()) lines += (lines.empty() ? "" : "\n") + problem.to_line();
    return lines;
}

}  // namespace

TEST_CASE("a newsletter without these keys sends each post, at any hour, at once, unasked") {
    const Newsletter notes = sound("language: en");
    CHECK_FALSE(notes.digest);
    CHECK_FALSE(notes.window);
    CHECK(notes.hold == 0s);
    CHECK_FALSE(notes.approve);
}

TEST_CASE("a newsletter with digests takes the template digest, unless another is named") {
    CHECK(sound("schedule: daily 08:00\n    digest: true").template_name == "digest");
    CHECK(sound("schedule: daily 08:00\n    digest: true\n    template: plain").template_name == "plain");
    CHECK(sound("schedule: daily 08:00\n    digest: true\n    template: default").template_name == "default");
    CHECK(sound("schedule: daily 08:00").template_name == "default");
}

TEST_CASE("a digest has a schedule, and bounds") {
    CHECK(sound("schedule: daily 08:00\n    digest: true").digest == Digest{1, 20});
    CHECK(sound("schedule: daily 08:00\n    digest: true\n    at_least: 3\n    at_most: 9").digest ==
          Digest{3, 9});
    CHECK_FALSE(sound("schedule: daily 08:00\n    digest: false").digest);
    CHECK(problem("digest: true") ==
          "config.yaml:6: newsletters.notes.digest: a digest needs a schedule such as daily 08:00");
    CHECK(problem("at_most: 3") ==
          "config.yaml:6: newsletters.notes.at_most: only a digest has it: say digest: true");
    CHECK(problem("schedule: daily 08:00\n    digest: true\n    at_least: 21") ==
          "config.yaml:8: newsletters.notes.at_least: expected at most at_most (20)");
    CHECK(problem("schedule: daily 08:00\n    digest: true\n    at_most: 0") ==
          "config.yaml:8: newsletters.notes.at_most: expected a whole number from 1 to 100, got \"0\"");
}

TEST_CASE("a window is in the newsletter's zone") {
    const Newsletter notes = sound("timezone: Asia/Kolkata\n    window: 07:00-22:00");
    CHECK(notes.window == SendWindow{7h, 22h, "Asia/Kolkata"});
    CHECK(problem("window: 07:00") ==
          "config.yaml:6: newsletters.notes.window: expected two times of day from 00:00 to 23:59, as in "
          "07:00-22:00, got \"07:00\"");
}

TEST_CASE("hold is a duration, approve a flag") {
    const Newsletter notes = sound("hold: 15m\n    approve: true");
    CHECK(notes.hold == 15min);
    CHECK(notes.approve);
    CHECK(problem("hold: 8d") ==
          "config.yaml:6: newsletters.notes.hold: expected a duration from 1s to 7d, got \"8d\"");
    CHECK(problem("approve: perhaps").starts_with("config.yaml:6: newsletters.notes.approve: "));
}
TEST_CASE("pictures are fetched unless it is said otherwise, for one newsletter or for all") {
    CHECK(sound("").fetch_pictures);
    CHECK_FALSE(sound("fetch_pictures: false").fetch_pictures);
    CHECK(problem("fetch_pictures: maybe").starts_with("config.yaml:6: newsletters.notes.fetch_pictures: "));
}
