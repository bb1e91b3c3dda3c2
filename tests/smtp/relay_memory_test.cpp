#include "smtp/relay_memory.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;
using smtp::RelayMemory;

namespace {
const RelayMemory::Moment now{1h};
}

TEST_CASE("an address that did not answer is avoided for ten minutes") {
    RelayMemory memory;
    memory.did_not_answer("192.0.2.1", now);
    CHECK(memory.avoids("192.0.2.1", now + 10min - 1ms));
    CHECK_FALSE(memory.avoids("192.0.2.1", now + 10min));
    CHECK_FALSE(memory.avoids("192.0.2.2", now));
}

TEST_CASE("an address that answers again is avoided no longer") {
    RelayMemory memory;
    memory.did_not_answer("192.0.2.1", now);
    memory.answered("192.0.2.1");
    CHECK_FALSE(memory.avoids("192.0.2.1", now));
}

TEST_CASE("of a name that has ever new addresses the newest are remembered and no more than a few") {
    RelayMemory memory;
    for (int i = 0; i < 1000; ++i) memory.did_not_answer(std::to_string(i), now + 1ms * i);
    CHECK(memory.avoids("999", now + 1s));
    CHECK(memory.avoids("936", now + 1s));
    CHECK_FALSE(memory.avoids("935", now + 1s));
}
