#include "queue/outcome.hpp"

#include <catch2/catch.hpp>

using namespace paperround::queue;

namespace {
Outcome not_opened(Stage stage, int code, std::string_view enhanced) {
    Outcome outcome;
    outcome.kind = OutcomeKind::relay_trouble;
    outcome.stage = stage;
    outcome.code = code;
    outcome.enhanced = enhanced;
    return outcome;
}
}  // namespace

TEST_CASE("what this machine lacks says nothing about how many sessions a relay takes") {
    CHECK(is_about_us_opening(not_opened(Stage::connect, 0, without_means)));
    CHECK(is_about_us_opening(not_opened(Stage::connect, 0, name_not_found)));
    CHECK(is_about_us_opening(not_opened(Stage::auth, 0, "")));
}

TEST_CASE("a connection that is refused may be one too many, whatever the server's own status is") {
    CHECK_FALSE(is_about_us_opening(not_opened(Stage::connect, 0, "")));
    CHECK_FALSE(is_about_us_opening(not_opened(Stage::greeting, 421, without_means)));
}
