#include "daemon/journal.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <catch2/catch.hpp>
#include <sstream>
#include <vector>

#include "base/text.hpp"

using namespace paperround;

namespace {

// The lines of the journal.
struct Written {
    std::ostringstream text;
    std::shared_ptr<spdlog::logger> logger =
        std::make_shared<spdlog::logger>("journal", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
    daemon::Journal journal{logger};

    Written() { logger->set_pattern("%l %v"); }

    std::vector<std::string> lines() const {
        std::vector<std::string> all;
        const std::string written = text.str();
        for (const std::string_view line : split(written, '\n')) {
            if (!line.empty()) all.emplace_back(line);
        }
        return all;
    }
    void breaks(const std::string& relay) {
        journal.connection_broke(relay, {.stage = queue::Stage::rcpt, .text = "connection reset by peer"});
    }
};

}  // namespace

TEST_CASE_METHOD(Written, "the first connection that breaks is in the journal with its reason") {
    breaks("main");
    REQUIRE(lines().size() == 1);
    CHECK_THAT(lines()[0],
               Catch::StartsWith("warning relay main: a connection broke (rcpt: connection reset by peer)"));
}

TEST_CASE_METHOD(Written,
                 "of many connections that break, those of each relay by themselves, a few are named") {
    for (int i = 0; i < 150; ++i) breaks("main");
    breaks("second");
    REQUIRE(lines().size() == 4);
    CHECK_THAT(lines()[2], Catch::StartsWith("warning relay main: 100 connections since the start broke"));
    CHECK_THAT(lines()[3], Catch::StartsWith("warning relay second: a connection broke"));
}

TEST_CASE_METHOD(Written, "the journal says what the flight recorder knew, and why there is none") {
    journal.recovered_by_recorder(3, 12);
    journal.no_flight_recorder("/run/x/flight-recorder: cannot open: Permission denied");
    REQUIRE(lines().size() == 2);
    CHECK_THAT(
        lines()[0],
        Catch::StartsWith("warning the last run was ended with 3 outcomes that were not on record yet") &&
            Catch::Contains("12 deliveries that were not begun"));
    CHECK_THAT(lines()[1], Catch::StartsWith("warning there is no flight recorder") &&
                               Catch::EndsWith("cannot open: Permission denied"));
}
