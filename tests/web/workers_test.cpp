#include "web/workers.hpp"

#include <atomic>
#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("what was added is done before workers end, and nothing is taken afterwards") {
    std::atomic<int> done = 0;
    web::Workers workers(2);
    for (int i = 0; i < 100; ++i) CHECK(workers.add([&] { ++done; }));
    workers.finish();
    CHECK(done == 100);
    CHECK_FALSE(workers.add([&] { ++done; }));
    workers.finish();
    CHECK(done == 100);
}
