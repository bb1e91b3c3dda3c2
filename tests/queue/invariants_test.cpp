#include "support/invariants/invariants.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "db/raw_sql.hpp"
#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using test::broken_invariants;
using test::Rest;

namespace {

// One mailing, with a delivery in each state that a day brings.
struct Consistent : test::QueueFixture {
    Consistent() {
        mailing = mailing_to(4);
        const auto claimed = claim(newsletters, 3, clock.now());
        record(claimed.at(0), OutcomeKind::accepted, DeliveryState::sent);
        record(claimed.at(1), OutcomeKind::rejected_recipient, DeliveryState::bounced);
        record(claimed.at(2), OutcomeKind::deferred, DeliveryState::deferred);
        db::RawSql(database).execute("UPDATE attempts SET text = 'as you like'");
    }
    void damage(const std::string& sql) { db::RawSql(database).execute(sql); }
    std::int64_t mailing = 0;
};

}  // namespace

TEST_CASE_METHOD(Consistent, "what a queue does by itself breaks no invariant") {
    CHECK(broken_invariants(database, Rest::at_rest) == std::vector<std::string>{});
    mailings->cancel(mailing, clock.now());
    CHECK(broken_invariants(database, Rest::at_rest) == std::vector<std::string>{});
}

TEST_CASE_METHOD(Consistent, "each invariant is told when it is broken") {
    const auto [change, words] = GENERATE(table<std::string, std::string>({
        {"UPDATE mailings SET pending = 7", "mailing 1 has pending 7, and 2 deliveries"},
        {"UPDATE mailings SET state = 5, finished = 1", "mailing 1 is done, and delivery 3 is in state 2"},
        {"UPDATE mailings SET state = 4", "mailing 1 is in state 4, and its end is unknown"},
        {"UPDATE mailings SET finished = 5", "and its end is 5"},
        {"UPDATE mailings SET state = 0", "mailing 1 is scheduled, and has delivery 1"},
        {"UPDATE deliveries SET mailing_id = 9 WHERE id = 1", "delivery 1 belongs to no mailing"},
        {"DELETE FROM deliveries WHERE id = 1", "attempt 1 belongs to no delivery"},
        {"UPDATE deliveries SET recipient = 'reader1@example.org'",
         "reader1@example.org has 4 deliveries of mailing 1"},
        {"UPDATE attempts SET outcome = 3", "delivery 1 is sent, and no attempt of it was accepted"},
        {"UPDATE attempts SET outcome = 3", "delivery 2 is bounced, and no attempt of it says so"},
        {"UPDATE deliveries SET state = 7 WHERE id = 1",
         "delivery 1 is refused, and no attempt of it says so"},
        {"UPDATE deliveries SET state = 8 WHERE id = 4", "delivery 4 is expired, and was never tried"},
        {"UPDATE deliveries SET doubts = 1 WHERE id = 4", "delivery 4 counts 1 doubts, and 0 attempts"},
        {"UPDATE deliveries SET tries = 0 WHERE id = 1",
         "delivery 1 counts 0 tries, and 1 attempts are on record"},
        {"UPDATE attempts SET text = ''", "attempt 3 was answered with 250, and has no words"},
        {"UPDATE mailings SET bounces_stand = 1; INSERT INTO provisional_drops VALUES (1, 2, 4, 0)",
         "delivery 4 is dropped provisionally by mailing 1, whose bounces stand"},
    }));
    CAPTURE(change);
    damage(change);
    const auto broken = broken_invariants(database);
    CAPTURE(broken);
    CHECK(std::ranges::any_of(
        broken, [said = words](const std::string& line) { return line.find(said) != std::string::npos; }));
}

TEST_CASE_METHOD(Consistent, "a delivery that is being sent breaks an invariant only at rest") {
    REQUIRE(claim(newsletters, 1, clock.now()).size() == 1);
    CHECK(broken_invariants(database) == std::vector<std::string>{});
    CHECK(broken_invariants(database, Rest::at_rest) ==
          std::vector<std::string>{
              "delivery 3 is sending, and nobody sends it (nothing is under way that nobody works on)"});
}
