// Keys of sender domains, and what a relay rewrites.
#include <catch2/catch.hpp>

#include "config/loader.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::config;

namespace {

// A folder in which the key files k and l are.
struct KeyFolder {
    KeyFolder() {
        dir.write("k", "key");
        dir.write("l", "key");
    }
    [[nodiscard]] Settings sound(const std::string& yaml) const {
        auto settings = parse(yaml, dir / "config.yaml");
        if (!settings) {
            for (const Problem& problem : settings.error()) UNSCOPED_INFO(problem.to_line());
        }
        REQUIRE(settings);
        return *settings;
    }
    // The problems, without the folder.
    [[nodiscard]] std::string problem(const std::string& yaml) const {
        const auto settings = parse(yaml, dir / "config.yaml");
        REQUIRE_FALSE(settings);
        std::string lines;
        for (const Problem& problem : settings.error())
            lines +=
                (lines.empty() ? "" : "\n") + problem.to_line().substr(problem.to_line().find("config.yaml"));
        return lines;
    }
    test::TempDir dir;
};

std::string file(const std::string& dkim, const std::string& relay = "") {
    return "newsletters:\n  notes:\n    title: Notes\n    from: notes@example.org\n"
           "    sources: [{feed: \"https://example.org/feed.xml\"}]\n"
           "relays:\n  main: {url: \"smtp://mail\"" +
           relay + "}\n" + dkim;
}
std::string with_keys(const std::string& keys) {
    return file("dkim:\n  example.org:\n    " + keys + "\n");
}

}  // namespace

TEST_CASE_METHOD(KeyFolder, "the keys of a domain are read in their order, files beside the configuration") {
    const auto dkim = sound(file("dkim:\n  Example.org:\n    - {selector: news1, key_file: k}\n"
                                 "    - {selector: news2, key_file: l}\n"))
                          .dkim;
    REQUIRE(dkim.size() == 1);
    CHECK(dkim[0].domain == "example.org");
    CHECK(dkim[0].keys == std::vector<DkimKeyFile>{{"news1", dir / "k"}, {"news2", dir / "l"}});
}
TEST_CASE_METHOD(KeyFolder, "an international domain is known by its A-labels") {
    CHECK(sound(file("dkim: {\"bücher.example\": [{selector: s, key_file: k}]}\n")).dkim.at(0).domain ==
          "xn--bcher-kva.example");
}
TEST_CASE_METHOD(KeyFolder, "without the section nothing is signed") {
    CHECK(sound(file("")).dkim.empty());
}

TEST_CASE_METHOD(KeyFolder, "a domain that is none is refused") {
    CHECK(problem(file("dkim: {\"not a domain\": [{selector: s, key_file: k}]}\n")) ==
          "config.yaml:8: dkim.not a domain: expected a sender's domain such as example.org, got \"not a "
          "domain\"");
}
TEST_CASE_METHOD(KeyFolder, "a domain written twice in different case is refused") {
    CHECK(problem(file("dkim:\n  a.example: [{selector: s, key_file: k}]\n  A.example: [{selector: s, "
                       "key_file: k}]\n")) ==
          "config.yaml:10: dkim.A.example: this domain stands here twice");
}
TEST_CASE_METHOD(KeyFolder, "a selector that DNS cannot name is refused") {
    CHECK(
        problem(with_keys("- {selector: \"a b\", key_file: k}")) ==
        "config.yaml:10: dkim.example.org[0].selector: expected a selector of a-z, 0-9, '-' and dots such as "
        "news2026, got \"a b\"");
    CHECK_FALSE(parse(with_keys("- {selector: .a, key_file: k}"), dir / "config.yaml"));
    CHECK_FALSE(parse(with_keys("- {selector: a..b, key_file: k}"), dir / "config.yaml"));
}
TEST_CASE_METHOD(KeyFolder, "one selector for two keys is refused") {
    CHECK(problem(with_keys("- {selector: s, key_file: k}\n    - {selector: s, key_file: l}")) ==
          "config.yaml:11: dkim.example.org[1].selector: this selector stands here twice");
}
TEST_CASE_METHOD(KeyFolder, "no key, too many keys and a key without its file are refused") {
    CHECK(problem(with_keys("[]")) ==
          "config.yaml:9: dkim.example.org: expected a list of 1 to 4 keys, each with selector and key_file");
    CHECK(problem(with_keys("- {selector: s}")) ==
          "config.yaml:10: dkim.example.org[0].key_file: required key is missing");
    std::string five;
    for (const char* name : {"a", "b", "c", "d", "e"})
        five += std::string(five.empty() ? "" : "    ") + "- {selector: " + name + ", key_file: k}\n";
    CHECK_FALSE(parse(with_keys(five), dir / "config.yaml"));
}

TEST_CASE_METHOD(KeyFolder, "what a relay rewrites is known in lowercase") {
    CHECK(sound(file("", ", rewrites: [Message-ID, date]")).relays.at(0).rewrites ==
          std::vector<std::string>{"message-id", "date"});
}
TEST_CASE_METHOD(KeyFolder, "a relay that is said to rewrite From or Subject is refused") {
    CHECK_FALSE(parse(file("", ", rewrites: [from]"), dir / "config.yaml"));
    CHECK_FALSE(parse(file("", ", rewrites: [subject]"), dir / "config.yaml"));
    CHECK(problem(file("", ", rewrites: [message-idd]")).find("did you mean \"message-id\"?") !=
          std::string::npos);
    CHECK(problem(file("", ", rewrites: date")).find("expected a list such as [message-id, date]") !=
          std::string::npos);
}
