#include "control/action_json.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::control;

TEST_CASE("an action as JSON is one line, with nothing in it that acts on a terminal") {
    const std::string line = to_json({.id = 3,
                                      .at = from_millis(0),
                                      .actor = "an\x1b[2Jna",
                                      .action = "a",
                                      .subject = "s\n",
                                      .result = "r"});
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.starts_with(R"({"action_id":3,"time":"1970-01-01T00:00:00.000Z","actor":"an)"));
}
