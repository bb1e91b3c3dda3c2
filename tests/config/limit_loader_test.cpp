// The part of the configuration that sets limits: rates, connections, warm-up, several relays, the breaker.
#include <catch2/catch.hpp>

#include <algorithm>

#include "base/text/date_time.hpp"
#include "config/loader.hpp"

using namespace paperround;
using namespace paperround::config;
using namespace std::chrono_literals;

namespace {

// Two relays and a newsletter, with more keys of the newsletter, of the first relay and of the top level.
std::string file(const std::string& newsletter, const std::string& relay = "", const std::string& top = "") {
    return "newsletters:\n  notes:\n    title: Notes\n    from: notes@example.org\n"
           "    sources: [{feed: \"https://example.org/feed.xml\"}]\n    " +
           newsletter + "\nrelays:\n  main: {url: \"smtp://mail\"" + relay +
           "}\n  second: {url: \"smtp://mail2\"}\n" + top;
}
std::string top(const std::string& lines) {
    return file("relay: main", "", lines);
}

Settings sound(const std::string& yaml) {
    auto settings = parse(yaml, "config.yaml");
    if (!settings) {
        for (const Problem& problem : settings.error()) UNSCOPED_INFO(problem.to_line());
    }
    REQUIRE(settings);
    return *settings;
}
std::string problem(const std::string& yaml) {
    const auto settings = parse(yaml, "config.yaml");
    REQUIRE_FALSE(settings);
    std::string lines;
    for (const Problem& problem : settings.error()) lines += (lines.empty() ? "" : "\n") + problem.to_line();
    return lines;
}

}  // namespace

TEST_CASE("a relay's rate and warm-up are read") {
    const auto relay =
        sound(file("relay: main", ", rate: 50/s, warm_up: {start: 2026-12-01, first_day: 20, growth: 2}"))
            .relays.at(0);
    CHECK(relay.rate == Rate{50, 1s});
    CHECK(relay.warm_up == WarmUp{parse_rfc3339("2026-12-01").value(), 20, 2.0});
    CHECK(sound(file("relay: main", ", warm_up: {start: 2026-12-01}")).relays.at(0).warm_up ==
          WarmUp{parse_rfc3339("2026-12-01").value(), 200, 1.5});
}

TEST_CASE("a newsletter's rate and connections are read") {
    const auto notes = sound(file("relay: main\n    rate: 1000/h\n    connections: 3")).newsletters.at(0);
    CHECK(notes.rate == Rate{1000, 1h});
    CHECK(notes.connections == 3);
}

TEST_CASE("several relays share a newsletter by weight") {
    const auto notes = sound(file("relays: [{relay: main, weight: 3}, second]")).newsletters.at(0);
    CHECK(notes.relay.empty());
    CHECK(notes.relays == std::vector<RelayShare>{{"main", 3}, {"second", 1}});
    CHECK(sound(file("relays: [main, {relay: second, weight: 0}]")).newsletters.at(0).relays.at(1).weight ==
          0);
}

TEST_CASE("a list of relays that cannot work is refused") {
    CHECK(problem(file("relays: [mian]")) ==
          "config.yaml:6: newsletters.notes.relays[0]: there is no relay \"mian\", did you mean \"main\"?");
    CHECK(problem(file("relays: [main, main]")) ==
          "config.yaml:6: newsletters.notes.relays[1]: the same relay as relays[0]");
    CHECK(problem(file("relays: [{relay: main, weight: 0}]")) ==
          "config.yaml:6: newsletters.notes.relays: expected at least one relay with a weight above 0");
    CHECK(problem(file("relays: [{relay: main, weight: 101}]")) ==
          "config.yaml:6: newsletters.notes.relays[0].weight: expected a whole number from 0 to 100, got "
          "\"101\"");
    CHECK(problem(file("relays: [{weight: 1}]")) ==
          "config.yaml:6: newsletters.notes.relays[0].relay: required key is missing");
    CHECK(problem(file("relays: []")) ==
          "config.yaml:6: newsletters.notes.relays: expected a list of relays, got an empty list");
    CHECK(problem(file("relays: main")) ==
          "config.yaml:6: newsletters.notes.relays: expected a list of relays, got text");
    CHECK(problem(file("relay: main\n    relays: [main]")) ==
          "config.yaml:7: newsletters.notes.relays: expected either relay or relays, got both");
}

TEST_CASE("the limits of recipient domains are read, their names in one spelling") {
    const auto settings =
        sound(top("domains:\n  GMail.com: {rate: 20/s, connections: 5}\n  bücher.example: {rate: 1/m}\n"));
    CHECK(settings.domains ==
          std::vector<DomainLimit>{
              {"gmail.com", {.rate = Rate{20, 1s}, .connections = 5, .warm_up = std::nullopt}},
              {"xn--bcher-kva.example", {.rate = Rate{1, 1min}, .connections = 0, .warm_up = std::nullopt}}});
}

TEST_CASE("a domain that is none, stands twice or has no limit is refused") {
    CHECK(problem(top("domains: {\"not a domain\": {rate: 1/s}}"))
              .find("expected the domain of recipients such as gmail.com") != std::string::npos);
    CHECK(problem(top("domains: {gmail.com: {rate: 1/s}, Gmail.COM: {rate: 2/s}}")) ==
          "config.yaml:10: domains.Gmail.COM: this domain stands here twice");
    CHECK(problem(top("domains: {gmail.com: {}}")) ==
          "config.yaml:10: domains.gmail.com: expected rate, connections or warm_up, got none");
}

TEST_CASE("a rate that is none is refused with examples") {
    CHECK(
        problem(top("domains: {gmail.com: {rate: fast}}")) ==
        "config.yaml:10: domains.gmail.com.rate: expected a rate such as 50/s, 100/m, 1000/h or 5000/d, got "
        "\"fast\"");
}

TEST_CASE("a warm-up without a day to start, or with one that is none, is refused") {
    CHECK(problem(file("relay: main", ", warm_up: {growth: 2}")) ==
          "config.yaml:8: relays.main.warm_up.start: required key is missing");
    CHECK(problem(file("relay: main", ", warm_up: {start: tomorrow}")) ==
          "config.yaml:8: relays.main.warm_up.start: expected a date such as 2026-12-01, got \"tomorrow\"");
    CHECK(problem(file("relay: main", ", warm_up: {start: 2026-12-01, growth: 0.5}")) ==
          "config.yaml:8: relays.main.warm_up.growth: expected a number from 1 to 10, got \"0.5\"");
}

TEST_CASE("the breaker's share may be a percentage") {
    CHECK(sound(top("breaker: {share: 30%, of: 200}")).breaker == Breaker{0.3, 200});
    CHECK(sound(top("breaker: {share: 0.5}")).breaker == Breaker{0.5, 100});
    CHECK(sound(top("")).breaker == Breaker{});
    CHECK(problem(top("breaker: {share: 120%}")) ==
          "config.yaml:10: breaker.share: expected a number from 0 to 1, or 0% to 100%, got \"120%\"");
    CHECK(problem(top("breaker: {share: 0}")) ==
          "config.yaml:10: breaker.share: expected a share from 1% to 100%");
}

TEST_CASE(
    "the limits of providers are read, those of built-in ones with the servers that they are known by") {
    const auto settings =
        sound(top("providers:\n  google: {rate: 20/s, connections: 5}\n"
                  "  campus: {mx: [\"*.MX.Example.edu.\", bücher.example], rate: 1/m}\n"));
    REQUIRE(settings.providers.size() == 2);
    CHECK(settings.providers[0].limit == Limit{.rate = Rate{20, 1s}, .connections = 5});
    CHECK(std::ranges::count(settings.providers[0].mx, "google.com") == 1);
    CHECK(std::ranges::count(settings.providers[0].domains, "gmail.com") == 1);
    CHECK(settings.providers[1] == Provider{.name = "campus",
                                            .mx = {"mx.example.edu", "xn--bcher-kva.example"},
                                            .domains = {},
                                            .limit = {.rate = Rate{1, 1min}}});
}

TEST_CASE("servers that the file names replace those of a built-in provider") {
    const auto settings = sound(top("providers: {google: {mx: [mx.example.net]}}"));
    CHECK(settings.providers[0].mx == std::vector<std::string>{"mx.example.net"});
    const auto all = settings.effective_providers();
    CHECK(std::ranges::count(all, "google", &Provider::name) == 1);
    CHECK(std::ranges::count(all, "yahoo", &Provider::name) == 1);
    CHECK(all.size() == known_providers().size());
}

TEST_CASE("a provider that cannot be is named with what is wrong") {
    CHECK(problem(top("providers: {gogle: {rate: 1/s}}"))
              .starts_with("config.yaml:10: providers.gogle: expected mx, what the names of its mail servers "
                           "end with, or a name that needs none: google, microsoft, "));
    CHECK(problem(top("providers: {google: {}}")) ==
          "config.yaml:10: providers.google: expected mx, rate, connections or warm_up, got none");
    CHECK(problem(top("providers: {a: {mx: [\"not a host\"]}}")) ==
          "config.yaml:10: providers.a.mx: expected what names of its mail servers end with, such as "
          "mx.example.net, got \"not a host\"");
    CHECK(problem(top("providers: {a: {mx: mx.example.net}}")) ==
          "config.yaml:10: providers.a.mx: expected a list of what its mail servers' names end with, such as "
          "[mx.example.net]");
    CHECK(problem(top("providers: {a: {mx: [mx.example.net]}, b: {mx: [mx.example.net]}}")) ==
          "config.yaml:10: providers.b: the mail servers mx.example.net belong to a already");
    CHECK(problem(top("providers: {\"A b\": {mx: [mx.example.net]}}")) ==
          "config.yaml:10: providers.A b: expected a name of at most 40 characters a-z, 0-9, '-' and '_'");
}

TEST_CASE("the resolver is an address with a port or without") {
    CHECK(sound(top("resolver: 127.0.0.1:5353")).resolver == "127.0.0.1:5353");
    CHECK(sound(top("resolver: 192.0.2.1")).resolver == "192.0.2.1:53");
    CHECK(sound(top("resolver: \"[::1]:5353\"")).resolver == "[::1]:5353");
    CHECK(sound(top("")).resolver.empty());
    CHECK(problem(top("resolver: dns.example.net:53")) ==
          "config.yaml:10: resolver: expected the address of a name server such as 127.0.0.1:53 or [::1]:53, "
          "got \"dns.example.net:53\"");
    CHECK_FALSE(parse(top("resolver: 127.0.0.1:99999"), "config.yaml"));
    CHECK_FALSE(parse(top("resolver: 127.0.0.1:53/x"), "config.yaml"));
}
