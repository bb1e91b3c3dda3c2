// docs/configuration.md is the operators' reference: it must match what the loader knows.
#include <catch2/catch.hpp>

#include <set>
#include <sstream>

#include "config/keys.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::config;

namespace {

struct Reference {
    std::multiset<std::string> keys;      // newsletters.*.title
    std::multiset<std::string> defaults;  // newsletters.*.language = `en`
};

// Sections begin with `## … ` followed by their path in backquotes; each row of a table begins `| `key` |`.
Reference read_reference() {
    std::istringstream in(test::slurp(test::source_folder() + "/docs/configuration.md"));
    Reference reference;
    std::string path;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("## ")) {
            const auto open = line.find('`');
            path = open == std::string::npos ? "" : line.substr(open + 1, line.rfind('`') - open - 1) + ".";
        }
        if (!line.starts_with("| `")) continue;
        const std::string key = path + line.substr(3, line.find('`', 3) - 3);
        reference.keys.insert(key);
        const auto type_end = line.find(" | ", line.find(" | ") + 3);
        const auto default_end = line.find(" | ", type_end + 3);
        reference.defaults.insert(key + " = " + line.substr(type_end + 3, default_end - type_end - 3));
    }
    return reference;
}

}  // namespace

TEST_CASE("the reference lists every key that the loader knows, once, and no other") {
    std::multiset<std::string> known;
    for (const KnownSection& section : known_sections) {
        for (const std::string_view key : section.keys) {
            known.insert(section.path.empty() ? std::string(key)
                                              : std::string(section.path) + "." + std::string(key));
        }
    }
    CHECK(read_reference().keys == known);
}

TEST_CASE("the reference states the defaults that the settings have") {
    const Reference reference = read_reference();
    for (const auto* expected : {"data_dir = `/var/lib/paperround`",
                                 "public_url = `http://127.0.0.1:8025`",
                                 "sender_id = `paperround`",
                                 "timezone = `UTC`",
                                 "on_doubt = `resend`",
                                 "drain = `25s`",
                                 "http.listen = `127.0.0.1:8025`",
                                 "retry.first = `5m`",
                                 "retry.most = `4h`",
                                 "retry.jitter = `0.2`",
                                 "retry.give_up_after = `48h`",
                                 "newsletters.*.language = `en`",
                                 "newsletters.*.template = `default`; with `digest: true`, `digest`",
                                 "newsletters.*.schedule = `immediately`",
                                 "newsletters.*.digest = `false`",
                                 "newsletters.*.at_least = `1`",
                                 "newsletters.*.at_most = `20`",
                                 "newsletters.*.approve = `false`",
                                 "newsletters.*.theme.width = `600`",
                                 "newsletters.*.theme.accent = `\"#9c3d1a\"`",
                                 "newsletters.*.sources[].every = `10m`",
                                 "newsletters.*.sources[].backlog = `0`",
                                 "newsletters.*.sources[].max_new_posts = `5`",
                                 "newsletters.*.sources[].max_age = `30d` of a feed, none of a folder",
                                 "newsletters.*.sources[].websub = `true`",
                                 "relays.*.connections = `5`",
                                 "relays.*.messages_per_connection = `1000`",
                                 "relays.*.pipelining = `within`",
                                 "relays.*.idle = `30s`",
                                 "relays.*.warm_up.first_day = `200`",
                                 "relays.*.warm_up.growth = `1.5`",
                                 "newsletters.*.relays[].weight = `1`",
                                 "breaker.share = `20%`",
                                 "breaker.of = `100`",
                                 "relays.*.timeouts.connect = `30s`",
                                 "relays.*.timeouts.greeting = `5m`",
                                 "relays.*.timeouts.mail = `5m`",
                                 "relays.*.timeouts.rcpt = `5m`",
                                 "relays.*.timeouts.data = `2m`",
                                 "relays.*.timeouts.block = `3m`",
                                 "relays.*.timeouts.final_dot = `10m`"}) {
        CAPTURE(expected);
        CHECK(reference.defaults.count(expected) == 1);
    }
}

TEST_CASE("the reference says which keys are required") {
    const Reference reference = read_reference();
    for (const auto* expected :
         {"newsletters = required", "relays = required", "newsletters.*.title = required",
          "newsletters.*.from = required", "newsletters.*.sources = required", "relays.*.url = required"}) {
        CAPTURE(expected);
        CHECK(reference.defaults.count(expected) == 1);
    }
}
