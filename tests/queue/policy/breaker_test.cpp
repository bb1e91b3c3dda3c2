#include "queue/policy/breaker.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;

namespace {

const config::Breaker usual;  // 20 % of 100
const MailboxAnswers nothing_before{.answers = 0, .about_mailbox = 0, .deliveries = 1000};

Outcome answer(char mark) {
    if (mark == '.') return {.kind = OutcomeKind::accepted, .code = 250};
    if (mark == 'm') return {.kind = OutcomeKind::rejected_recipient, .code = 550, .about = About::mailbox};
    return {.kind = OutcomeKind::rejected_policy, .code = 554};
}

// How many outcomes until it trips; 0: it did not.
int trips_after(Breaker& breaker, const std::string& outcomes, const config::Breaker& settings = usual,
                const MailboxAnswers& before = nothing_before) {
    int count = 0;
    for (const char outcome : outcomes) {
        ++count;
        if (breaker.count(answer(outcome), settings, [&](const Breaker&) { return before; })) return count;
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

TEST_CASE("a short list is judged by what was tried and by five failures at least") {
    Breaker all;
    CHECK(trips_after(all, "xxxxxxxx") == 5);
    Breaker quarter;
    CHECK(trips_after(quarter, "...x...x...x...x...x") == 20);
    Breaker few;
    CHECK(trips_after(few, "xxxx............") == 0);
}

TEST_CASE("one failure in six never trips it, one in five does") {
    Breaker sixth;
    CHECK(trips_after(sixth, repeated(".....x", 500)) == 0);
    Breaker fifth;
    CHECK(trips_after(fifth, repeated("....x", 500)) == 25);
}

TEST_CASE("old failures leave the window") {
    Breaker breaker;
    CHECK(trips_after(breaker, "xxxx" + std::string(100, '.') + std::string(19, 'x')) == 0);
}

TEST_CASE("a few failures never trip it, however small the window") {
    Breaker breaker;
    CHECK(trips_after(breaker, "xxxx", {.share = 0.2, .of = 10}) == 0);
    CHECK(trips_after(breaker, "x", {.share = 0.2, .of = 10}) == 1);
}

TEST_CASE("dead addresses in their usual share do not trip it") {
    Breaker breaker;
    const MailboxAnswers quarter_dead{.answers = 1000, .about_mailbox = 250, .deliveries = 1000};
    CHECK(trips_after(breaker, repeated("..m.", 500), usual, quarter_dead) == 0);
}

TEST_CASE("more dead addresses than chance explains trip it") {
    Breaker breaker;
    // At 5 %, the chance of 6 of 6 in 1 000 deliveries is 0.000016; of 5 of 5 it is 0.0003.
    CHECK(trips_after(breaker, "mmmmmm") == 5);
    Breaker later;
    const MailboxAnswers tenth_dead{.answers = 1000, .about_mailbox = 100, .deliveries = 100'000};
    const int tripped = trips_after(later, std::string(100, '.') + std::string(100, 'm'), usual, tenth_dead);
    CHECK(tripped > 125);
    CHECK(tripped < 145);
}

TEST_CASE("other failures trip it whatever the share of dead addresses") {
    Breaker breaker;
    const MailboxAnswers all_dead{.answers = 1000, .about_mailbox = 1000, .deliveries = 1000};
    CHECK(trips_after(breaker, "mmmmmmmmmmxxxxx", usual, all_dead) == 15);
}

TEST_CASE("refusals and both kinds of bounces count and what says nothing about a reader does not") {
    const auto none = [](const Breaker&) { return nothing_before; };
    for (const auto kind :
         {OutcomeKind::rejected_policy, OutcomeKind::rejected_recipient, OutcomeKind::perhaps_recipient}) {
        Breaker breaker;
        breaker.count({.kind = kind, .code = 550}, usual, none);
        CHECK(breaker.failures() == 1);
    }
    Breaker breaker;
    for (const auto kind :
         {OutcomeKind::deferred, OutcomeKind::domain_slowed, OutcomeKind::relay_trouble,
          OutcomeKind::in_doubt, OutcomeKind::protocol, OutcomeKind::withdrawn, OutcomeKind::rejected_message,
          OutcomeKind::rejected_sender, OutcomeKind::relay_slowed, OutcomeKind::relay_quota,
          OutcomeKind::session_limit, OutcomeKind::connections_limit, OutcomeKind::session_broken}) {
        breaker.count({.kind = kind, .code = 450}, usual, none);
    }
    CHECK(breaker.window.empty());
}

TEST_CASE("a tripped breaker counts nothing more and says once that it tripped") {
    Breaker breaker;
    REQUIRE(trips_after(breaker, "xxxxx") == 5);
    const auto window = breaker.window;
    CHECK(trips_after(breaker, "x") == 0);
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
