#include "queue/ledger/recall.hpp"

#include <catch2/catch.hpp>

#include <vector>

using paperround::queue::Recall;

TEST_CASE("a recalled delivery is known until it is forgotten") {
    Recall recall;
    CHECK_FALSE(recall.contains(1));
    recall.add(std::vector<std::int64_t>{1, 2});
    CHECK(recall.contains(1));
    CHECK(recall.contains(2));
    CHECK_FALSE(recall.contains(3));
    recall.forget(1);
    CHECK_FALSE(recall.contains(1));
    CHECK(recall.contains(2));
}
