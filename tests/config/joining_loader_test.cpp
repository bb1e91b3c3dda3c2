// The part of a configuration that says who may join by a page.
#include <catch2/catch.hpp>
#include <filesystem>

#include "config/loader.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::config;

namespace {

// `keys` are the newsletter's, from line 6 on; `top` is one line above `newsletters`.
Result<Settings, std::vector<Problem>> load_with(const std::string& keys, const std::string& top = "") {
    return parse(top +
                     "\nnewsletters:\n  notes:\n    title: Notes\n    from: notes@example.org\n    sources: "
                     "[{feed: \"https://example.org/feed.xml\"}]\n    " +
                     keys + "\nrelays:\n  main: {url: \"smtp://mail\"}\n",
                 "config.yaml");
}
std::string problem(const std::string& keys, const std::string& top = "") {
    const auto settings = load_with(keys, top);
    REQUIRE_FALSE(settings);
    REQUIRE(settings.error().size() == 1);
    return settings.error().front().to_line();
}

}  // namespace

TEST_CASE("nobody joins by a page until that is asked for, and then by answering a mail") {
    CHECK_FALSE(load_with("language: en").value().newsletters.front().subscribe);
    const auto open = load_with("subscribe: true").value().newsletters.front();
    CHECK(open.subscribe);
    CHECK(open.confirm);
    CHECK_FALSE(load_with("subscribe: true\n    confirm: false").value().newsletters.front().confirm);
}

TEST_CASE("confirm without a page to subscribe is refused") {
    CHECK(problem("confirm: false") ==
          "config.yaml:7: newsletters.notes.confirm: only a page to subscribe has it: say subscribe: true");
}

TEST_CASE("trusted proxies are addresses and networks") {
    CHECK(load_with("language: en").value().http.trusted_proxies.empty());
    const auto proxies = load_with("language: en", "http: {trusted_proxies: [127.0.0.1, \"2001:db8::/32\"]}")
                             .value()
                             .http.trusted_proxies;
    REQUIRE(proxies.size() == 2);
    CHECK(to_text(proxies[0]) == "127.0.0.1/32");
    CHECK(to_text(proxies[1]) == "2001:db8::/32");
}

TEST_CASE("a proxy that is no address is refused, and where it stands is said") {
    CHECK(problem("language: en", "http: {trusted_proxies: [127.0.0.1, proxy.example.org]}") ==
          "config.yaml:1: http.trusted_proxies[1]: expected an address or network such as 10.0.0.0/8 or "
          "2001:db8::1, got \"proxy.example.org\"");
    CHECK(problem("language: en", "http: {trusted_proxies: 10.0.0.1/8}") ==
          "config.yaml:1: http.trusted_proxies: expected a list of at most 100 addresses and networks");
}

TEST_CASE("a welcome series is a folder of letters, looked at every minute") {
    const test::TempDir letters;
    CHECK_FALSE(load_with("subscribe: true").value().newsletters.front().welcome);
    const auto newsletter =
        load_with("subscribe: true\n    welcome: " + letters.path().string()).value().newsletters.front();
    REQUIRE(newsletter.welcome);
    CHECK(newsletter.welcome->kind == config::SourceKind::folder);
    CHECK(newsletter.welcome->location == letters.path());
    CHECK(newsletter.welcome->letters);
    CHECK(newsletter.welcome->every == std::chrono::minutes(1));
    REQUIRE(newsletter.all_sources().size() == 2);
    CHECK(newsletter.all_sources().back() == &*newsletter.welcome);
}

TEST_CASE("a welcome series without a page to subscribe is refused") {
    const test::TempDir letters;
    CHECK(
        problem("welcome: " + letters.path().string()) ==
        "config.yaml:7: newsletters.notes.welcome: only who joins by a page gets its letters: say subscribe: true");
}

TEST_CASE("letters that would be posts of the newsletter as well are refused") {
    const test::TempDir dir;
    for (const char* name : {"posts/welcome", "posts/new", "posts-welcome"})
        std::filesystem::create_directories(dir / name);
    const auto refused = [&dir](const std::string& posts, const std::string& welcome) {
        const auto settings = parse(
            "newsletters:\n  notes:\n    title: Notes\n    from: notes@example.org\n    sources: [{folder: " +
                posts + "}]\n    subscribe: true\n    welcome: " + welcome +
                "\nrelays:\n  main: {url: \"smtp://mail\"}\n",
            dir / "config.yaml");
        return !settings &&
               settings.error().front().message.find("would be mailed as posts") != std::string::npos;
    };
    CHECK(refused("posts", "posts"));
    CHECK(refused("posts", "posts/welcome/"));
    CHECK(refused("posts/new", "posts"));
    CHECK(refused("posts", "posts-welcome/../posts/welcome"));
    CHECK_FALSE(refused("posts", "posts-welcome"));
    CHECK_FALSE(refused("posts/new", "posts/welcome"));
}
