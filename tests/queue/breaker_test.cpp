#include "queue/breaker.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;

namespace {

const config::Breaker usual;  // 20 % of 100

// How many outcomes until it trips; 0: it did not.
int trips_after(Breaker& breaker, const std::string& outcomes, const config::Breaker& settings = usual) {
    int count = 0;
    for (const char outcome : outcomes) {
        ++count;
        const auto kind = outcome == '.' ? OutcomeKind::accepted : OutcomeKind::rejected_recipient;
        if (breaker.count(kind, settings)) return count;
    }
    return 0;
}

std::string repeated(const std::string& pattern, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += pattern;
    return out;
}

}  // namespace

TEST_CASE("a breaker trips at the 20th failure within the last 100 outcomes") {
    Breaker breaker;
    CHECK(trips_after(breaker, std::string(80, '.') + std::string(20, 'x')) == 100);
}

TEST_CASE("failures alone trip it before the window is full") {
    Breaker breaker;
    CHECK(trips_after(breaker, std::string(50, 'x')) == 20);
}

TEST_CASE("one failure in six never trips it, one in five does") {
    Breaker sixth;
    CHECK(trips_after(sixth, repeated(".....x", 500)) == 0);
    Breaker fifth;
    CHECK(trips_after(fifth, repeated("....x", 500)) == 100);
}

TEST_CASE("old failures leave the window") {
    Breaker breaker;
    CHECK(trips_after(breaker, std::string(19, 'x') + std::string(100, '.') + std::string(19, 'x')) == 0);
}

TEST_CASE("a few failures never trip it, however small the window") {
    Breaker breaker;
    CHECK(trips_after(breaker, "xxxx", {.share = 0.2, .of = 10}) == 0);
    CHECK(trips_after(breaker, "x", {.share = 0.2, .of = 10}) == 1);
}

TEST_CASE("refusals and both kinds of bounces count, and what says nothing about a reader does not") {
    for (const auto kind :
         {OutcomeKind::rejected_policy, OutcomeKind::rejected_recipient, OutcomeKind::perhaps_recipient}) {
        Breaker breaker;
        breaker.count(kind, usual);
        CHECK(breaker.window == "x");
    }
    Breaker breaker;
    for (const auto kind : {OutcomeKind::deferred, OutcomeKind::domain_slowed, OutcomeKind::relay_trouble,
                            OutcomeKind::in_doubt, OutcomeKind::protocol, OutcomeKind::withdrawn,
                            OutcomeKind::rejected_message, OutcomeKind::rejected_sender}) {
        breaker.count(kind, usual);
    }
    CHECK(breaker.window.empty());
}

TEST_CASE("a tripped breaker counts nothing more, and says once that it tripped") {
    Breaker breaker;
    REQUIRE(trips_after(breaker, std::string(20, 'x')) == 20);
    const auto window = breaker.window;
    CHECK_FALSE(breaker.count(OutcomeKind::rejected_recipient, usual));
    CHECK(breaker.window == window);
}

TEST_CASE("an address that we refuse ourselves counts for no breaker and a copy that we cannot make does") {
    CHECK_FALSE(concerns_breaker(Outcome{.kind = OutcomeKind::rejected_policy, .enhanced = "5.6.7"}));
    CHECK_FALSE(concerns_breaker(Outcome{.kind = OutcomeKind::rejected_policy, .enhanced = "5.1.3"}));
    CHECK(concerns_breaker(Outcome{.kind = OutcomeKind::rejected_policy, .enhanced = "5.6.0"}));
    CHECK(concerns_breaker(Outcome{.kind = OutcomeKind::rejected_policy, .code = 550}));
    CHECK(concerns_breaker(Outcome{.kind = OutcomeKind::accepted, .code = 250}));
    CHECK_FALSE(concerns_breaker(Outcome{.kind = OutcomeKind::deferred, .code = 450}));
}
