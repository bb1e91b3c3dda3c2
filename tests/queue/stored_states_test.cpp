#include "queue/stored_states.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <set>

#include "db/raw_sql.hpp"
#include "queue/fixture.hpp"
#include "queue/limit/throttle.hpp"

using namespace paperround;
using namespace paperround::queue;
using test::QueueFixture;

namespace {

std::string plan_of(db::Database& database, std::string_view sql) {
    auto query = db::RawSql(database).prepare(fmt::format("EXPLAIN QUERY PLAN {}", sql));
    std::string plan;
    while (query.step()) plan += query.text(3) + "\n";
    return plan;
}

// The index that a statement asks for, or nothing.
std::set<std::string> indexes_asked_for(std::string_view sql) {
    constexpr std::string_view hint = "INDEXED BY ";
    std::set<std::string> names;
    for (auto at = sql.find(hint); at != std::string_view::npos; at = sql.find(hint, at + 1)) {
        const auto name = sql.substr(at + hint.size());
        names.emplace(name.substr(0, name.find_first_of(" )")));
    }
    return names;
}

}  // namespace

TEST_CASE("the numbers of states are those of the databases that exist") {
    CHECK(delivery_state::waiting<"state">.view() == "(state = 0 OR state = 2 OR state = 3)");
    CHECK(delivery_state::sending.view() == "= 1");
    CHECK(delivery_state::not_final.view() == "<= 4");
    CHECK(delivery_state::ended_unsent.view() == "> 5");
    CHECK(mailing_state::under_way.view() == "IN (0, 1, 2)");
    CHECK(mailing_state::open.view() == "< 4");
    CHECK(mailing_state::over.view() == "IN (4, 5)");
    CHECK(outcome_kind::answer.view() == "IN (0, 1, 2, 6)");
    CHECK(static_cast<int>(DeliveryState::cancelled) == 10);
    CHECK(static_cast<int>(DeliveryState::left) == 11);
    CHECK(static_cast<int>(OutcomeKind::session_broken) == 17);
    CHECK(static_cast<int>(OutcomeKind::bounced_later) == 18);
    CHECK(static_cast<int>(Stage::final_dot) == 9);
    CHECK(static_cast<int>(Scope::provider) == 3);
    CHECK(static_cast<int>(MailingKind::personal) == 1);
}

// SQLite refuses a hint where the query's words do not match those of a partial index.
TEST_CASE_METHOD(QueueFixture, "every partial index serves the statements that ask for it") {
    std::set<std::string> served;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next()) {
        for (const std::string& index : indexes_asked_for(known->sql())) {
            INFO(known->sql());
            CHECK(plan_of(database, known->sql()).find("INDEX " + index) != std::string::npos);
            served.insert(index);
        }
    }
    CHECK(served == std::set<std::string>{"attempts_delivery", "deliveries_due", "deliveries_held",
                                          "deliveries_once", "deliveries_sending", "deliveries_shelved",
                                          "mailings_ended"});
}

TEST_CASE_METHOD(QueueFixture, "what waits is found by its index without a hint too") {
    const std::string of_mailing =
        plan_of(database, fmt::format("SELECT id FROM deliveries WHERE mailing_id = 1 AND shelf = 0 AND {}",
                                      delivery_state::waiting<"state">.view()));
    CHECK(of_mailing.find("deliveries_due") != std::string::npos);
    const std::string sending = plan_of(
        database, fmt::format("SELECT id FROM deliveries WHERE state {}", delivery_state::sending.view()));
    CHECK(sending.find("deliveries_sending") != std::string::npos);
}
