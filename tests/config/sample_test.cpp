// Newcomers read the configuration at the top of the tree first: it must load and be correct.
#include <catch2/catch.hpp>

#include <filesystem>
#include <regex>
#include <sstream>

#include "config/keys.hpp"
#include "config/loader.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::config;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path sample = std::filesystem::path(test::source_folder()) / "config.yaml";

// Removes the # from each line that shows a default: `#key: value`, or `#  key: value` in a section.
std::string with_defaults_uncommented() {
    const std::regex shown(R"(^( *)#((  )?[a-z_]+:.*)$)");
    std::istringstream in(test::slurp(sample));
    std::string out;
    for (std::string line; std::getline(in, line);) out += std::regex_replace(line, shown, "$1$2") + "\n";
    return out;
}

}  // namespace

TEST_CASE("the sample configuration loads and is what the demo needs") {
    const auto settings = load(sample);
    REQUIRE(settings);
    CHECK(settings->data_dir == std::filesystem::path(test::source_folder()) / ".demo/data");
    CHECK(settings->public_url == "http://127.0.0.1:8025");
    CHECK(settings->http == Http{"127.0.0.1", 8025});
    REQUIRE(settings->newsletters.size() == 1);
    const Newsletter& notes = settings->newsletters[0];
    CHECK(notes.name == "notes");
    CHECK(notes.from == Mailbox{"Field Notes", "notes@example.org"});
    CHECK(notes.relay == "main");
    REQUIRE(notes.sources.size() == 2);
    CHECK(notes.sources[0] == Source{SourceKind::feed, "http://127.0.0.1:8000/feed.xml", 2s, 0, 5});
    CHECK(notes.sources[1] == Source{SourceKind::feed, "http://127.0.0.1:8000/atom.xml", 2s, 0, 5});
    REQUIRE(settings->relays.size() == 1);
    CHECK(settings->relays[0].host == "127.0.0.1");
    CHECK(settings->relays[0].port == 2525);
    CHECK(settings->relays[0].tls == Tls::never);
}

TEST_CASE("each default that the sample configuration shows is the default") {
    const std::string yaml = with_defaults_uncommented();
    REQUIRE(yaml != test::slurp(sample));
    REQUIRE(yaml.find("\n    schedule: immediately\n") != std::string::npos);
    REQUIRE(yaml.find("\n      final_dot: 10m\n") != std::string::npos);
    const auto uncommented = parse(yaml, sample);
    REQUIRE(uncommented);
    CHECK(*uncommented == load(sample).value());
}

TEST_CASE("the sample configuration mentions every key") {
    const std::string yaml = test::slurp(sample);
    for (const KnownSection& section : known_sections) {
        for (const std::string_view key : section.keys) {
            CAPTURE(section.path, key);
            CHECK(std::regex_search(yaml, std::regex("\\b" + std::string(key) + "\\b")));
        }
    }
}
