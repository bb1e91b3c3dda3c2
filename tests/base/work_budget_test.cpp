#include "base/work_budget.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using End = WorkBudget::End;

TEST_CASE("a budget is spent to its last unit, and nothing beyond") {
    WorkBudget budget(1'000'000);
    for (int i = 0; i < 999'999; ++i) REQUIRE(budget.spend());
    CHECK(budget.spend());
    CHECK(budget.end() == End::none);
    CHECK_FALSE(budget.spend());
    CHECK(budget.end() == End::exhausted);
    CHECK_FALSE(budget.spend(0));
}
TEST_CASE("what costs more than there is ends the budget, however much is left") {
    WorkBudget budget(1'000'000);
    CHECK(budget.spend(400'000));
    CHECK_FALSE(budget.spend(600'001));
    CHECK_FALSE(budget.spend());
    CHECK(budget.end() == End::exhausted);
}
TEST_CASE("a stop interrupts within a slice of the budget") {
    std::stop_source stop;
    WorkBudget budget(1'000'000, stop.get_token());
    REQUIRE(budget.spend());
    stop.request_stop();
    int spent = 0;
    while (budget.spend()) ++spent;
    CHECK(spent < 100'000);
    CHECK(budget.end() == End::interrupted);
}
