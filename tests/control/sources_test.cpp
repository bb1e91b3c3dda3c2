#include "control/sources.hpp"

#include <nlohmann/json.hpp>

#include "control/desk_fixture.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace paperround::control;

namespace {

struct SourcesFixture : test::DeskFixture {
    SourcesFixture() { settings.newsletters[0].sources.push_back({.location = "https://example.org/feed"}); }
    std::string state_after(unsigned failures, bool gone, bool read) {
        test::Committing<post::PostStore> store(database());
        auto source = store->source("notes", "https://example.org/feed");
        source.failures = failures;
        source.gone = gone;
        if (read) source.first_polled = clock.now();
        store->save(source);
        return std::string(list_sources(desk).at(0).state());
    }
};

}  // namespace

TEST_CASE_METHOD(SourcesFixture, "a source that was never looked at is new") {
    const auto views = list_sources(desk);
    REQUIRE(views.size() == 1);
    CHECK(views[0].state() == "new");
    const auto json = nlohmann::json::parse(to_json(views[0]));
    CHECK(json.at("location") == "https://example.org/feed");
    CHECK(json.at("last_look").is_null());
    CHECK(json.at("failures") == 0);
}

TEST_CASE_METHOD(SourcesFixture, "a source is read, failing or gone") {
    CHECK(state_after(0, false, false) == "new");
    CHECK(state_after(0, false, true) == "read");
    CHECK(state_after(2, false, true) == "failing");
    CHECK(state_after(2, true, true) == "gone");
}
