// The part of a configuration that says who may join by a page.
#include <catch2/catch.hpp>

#include "config/loader.hpp"

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
