// How a newsletter looks: `theme` and `share`.
#include <catch2/catch.hpp>

#include "config/loader.hpp"
#include "config/time/local_date.hpp"

using namespace paperround;
using namespace paperround::config;

namespace {

std::string file(const std::string& lines) {
    return "newsletters:\n  notes:\n    title: Notes\n    from: notes@example.org\n"
           "    sources: [{feed: \"https://example.org/feed.xml\"}]\n    " +
           lines + "\nrelays:\n  main: {url: \"smtp://mail\"}\n";
}

std::string problem(const std::string& lines) {
    const auto settings = parse(file(lines), "config.yaml");
    REQUIRE_FALSE(settings);
    REQUIRE(settings.error().size() == 1);
    return settings.error().front().to_line();
}

}  // namespace

TEST_CASE("a theme is read, and what it leaves out keeps its default") {
    const auto settings = parse(file("theme: {accent: \"#0AF\", logo: \"https://example.org/l.png\", "
                                     "logo_dark: \"https://example.org/d.png\", width: 640}"),
                                "c");
    REQUIRE(settings);
    const Theme& theme = settings->newsletters.at(0).theme;
    CHECK(theme.accent == "#00aaff");
    CHECK(theme.logo == "https://example.org/l.png");
    CHECK(theme.logo_dark == "https://example.org/d.png");
    CHECK(theme.width == 640);
    CHECK(theme.font == Theme{}.font);
}

TEST_CASE("nothing in a theme can leave the place it stands in") {
    CHECK(problem("theme: {accent: \"red; x\"}") ==
          "config.yaml:6: newsletters.notes.theme.accent: expected a colour as \"#9c3d1a\", got \"red; x\"");
    CHECK(problem("theme: {font: \"Georgia; } </style>\"}").find("theme.font: expected names of fonts") !=
          std::string::npos);
    CHECK(problem("theme: {font: \"'Open Sans\"}").find("theme.font: expected names of fonts") !=
          std::string::npos);
    CHECK(
        problem("theme: {width: 200}") ==
        "config.yaml:6: newsletters.notes.theme.width: expected a whole number from 320 to 800, got \"200\"");
    CHECK(problem("theme: {acent: \"#fff\"}").find("did you mean \"accent\"?") != std::string::npos);
}

TEST_CASE("share names known services, each once") {
    const auto settings = parse(file("share: [email, bluesky]"), "c");
    REQUIRE(settings);
    CHECK(settings->newsletters.at(0).share == std::vector<std::string>{"email", "bluesky"});
    CHECK(problem("share: [blusky]").find("did you mean \"bluesky\"?") != std::string::npos);
    CHECK(problem("share: [x, x]") == "config.yaml:6: newsletters.notes.share[1]: \"x\" stands here twice");
    CHECK(problem("share: email").find("expected a list of services") != std::string::npos);
}

TEST_CASE("a day is the zone's, not Greenwich's") {
    using namespace std::chrono;
    // 2026-03-05, 23:30 UTC.
    const Time late{sys_days{2026y / March / 5} + 23h + 30min};
    CHECK(local_date(late, "UTC") == 2026y / March / 5);
    CHECK(local_date(late, "Europe/Berlin") == 2026y / March / 6);
    CHECK(local_date(late, "America/New_York") == 2026y / March / 5);
}
