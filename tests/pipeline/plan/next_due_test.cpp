#include "pipeline/plan/next_due.hpp"

#include "audience/series_store.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/relay_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

// A delivery that is due now, over the relays "main" and "spare".
struct NextDue : test::PipelineFixture {
    NextDue() {
        settings.newsletters[0].relay.clear();
        settings.newsletters[0].relays = {{.relay = "main"}, {.relay = "spare"}};
        test::Committing<queue::MailingStore> mailings(database);
        test::Committing<queue::DeliveryStore> deliveries(database);
        const auto id =
            mailings
                ->create_mailing({.newsletter = "notes", .post_id = 1, .key = "k", .not_before = clock.now()},
                                 clock.now())
                .value();
        mailings->start_due(clock.now());
        deliveries->add_deliveries(id, std::vector<queue::Addressee>{{1, "r1@example.org"}}, clock.now());
        mailings->finish_fan_out(id, clock.now());
    }
    void rest(const std::string& relay, Time until) {
        queue::RelayHealth health;
        health.down_since = clock.now();
        health.next_attempt = until;
        test::Committing<queue::RelayStore>(database)->save_relay_health(relay, health);
    }
    [[nodiscard]] std::optional<Time> due() { return pipeline::next_due(database, settings, clock.now()); }

    db::Database database = open();
};

}  // namespace

TEST_CASE_METHOD(NextDue, "what is due is due at once while one of its relays may be tried") {
    CHECK(due() == clock.now());
    rest("main", clock.now() + 5min);
    CHECK(due() == clock.now());
}

TEST_CASE_METHOD(NextDue, "what is due waits for the first of its relays that is tried again") {
    rest("main", clock.now() + 5min);
    rest("spare", clock.now() + 3min);
    CHECK(due() == clock.now() + 3min);
}

TEST_CASE_METHOD(NextDue, "a relay that a person has paused is not waited for") {
    test::Committing<queue::RelayStore>(database)->save_relay_orders("spare", {.paused = clock.now()});
    rest("main", clock.now() + 5min);
    CHECK(due() == clock.now() + 5min);
}

TEST_CASE_METHOD(NextDue, "nothing is due where nothing waits") {
    REQUIRE(test::Committing<queue::MailingStore>(database)->cancel(1, clock.now()).empty());
    CHECK_FALSE(due());
}

TEST_CASE_METHOD(
    NextDue,
    "the next letter of a welcome series is due when its newsletter is open, and is nothing left undone") {
    db::RawSql(database).execute("DELETE FROM deliveries");
    test::Committing<audience::AudienceStore>(database)->subscribe("notes", {0, "a@example.org", "", {}},
                                                                   clock.now(), "t");
    const Time later = clock.now() + 72h;
    test::Committing<audience::SeriesStore>(database)->save(
        "notes", {.subscriber_id = 1, .joined_at = clock.now(), .due = later}, 1);
    const auto letter = [&] { return pipeline::next_letter(database, settings, clock.now()); };
    CHECK_FALSE(letter());
    settings.newsletters[0].welcome = config::Source{.kind = config::SourceKind::folder, .letters = true};
    CHECK(letter() == later);
    CHECK_FALSE(due());
    settings.newsletters[0].window = config::parse_send_window("03:00-03:01").value();
    CHECK(letter() == config::next_opening(*settings.newsletters[0].window, later).begin);
}
