// The queue does what its model says, whatever happens in whatever order: see queue_model.hpp. Any number by name:
//
//     FIRST=20001 HISTORIES=1000 pipeline_tests "any number of histories of the queue are as the model has them"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "pipeline/model/queue_history.hpp"

using namespace paperround;

namespace {

void check(std::uint64_t first, std::uint64_t count, std::size_t length) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const std::string failure = test::failure_of(seed, length);
        if (!failure.empty()) FAIL(failure);
    }
    SUCCEED();
}

std::uint64_t given(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::stoull(value);
}

}  // namespace

TEST_CASE("200 histories of the queue are as the model has them") {
    check(1, 200, 60);
}

TEST_CASE("any number of histories of the queue are as the model has them", "[.][long]") {
    check(given("FIRST", 10'001), given("HISTORIES", 2'000), 150);
}
