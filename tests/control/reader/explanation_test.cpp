#include "control/reader/explanation.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "audience/audience_store.hpp"
#include "audience/join_store.hpp"
#include "base/text/date_time.hpp"
#include "control/desk_fixture.hpp"
#include "control/mailings.hpp"
#include "control/queue_orders.hpp"
#include "control/readers.hpp"
#include "control/relays.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/plan/departure.hpp"
#include "queue/store/relay_store.hpp"
#include "support/claiming.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using control::Cause;
using control::Got;
using queue::DeliveryState;
using queue::OutcomeKind;

namespace {

// r1@example.org reads "notes", and there is a mailing with a copy for him.
struct ExplainFixture : test::DeskFixture {
    ExplainFixture() {
        clock.set(parse_rfc3339("2026-12-01T10:00:00Z").value());
        store->subscribe("notes", {.address = reader}, clock.now(), "import list.csv");
        clock.advance(1h);
        mailing = mailing_to(1);
    }

    control::Explanation explained(const std::string& address, std::optional<std::int64_t> about) {
        const auto found = control::explain(desk, address, about);
        REQUIRE(found);
        REQUIRE_FALSE(found->empty());
        CHECK_FALSE(found->front().words.empty());
        return found->front();
    }
    control::Explanation explained() { return explained(reader, mailing); }

    // The copy is tried, with this outcome, and goes into that state.
    void tried(OutcomeKind kind, DeliveryState state, const std::string& words, Duration again_after = 1h) {
        const std::vector<std::string> notes{"notes"};
        const auto taken = test::claim_due(database(), notes, 1, clock.now()).at(0);
        deliveries->record(taken, {.kind = kind, .stage = queue::Stage::rcpt, .code = 450, .text = words},
                           {.state = state,
                            .due = clock.now() + again_after,
                            .counted = true,
                            .doubted = kind == OutcomeKind::in_doubt},
                           "main", clock.now());
        if (queue::is_final(state)) mailings->settle(mailing, 1, clock.now());
    }
    // Another reader, who has no copy of the mailing.
    void joins(const std::string& address) {
        store->subscribe("notes", {.address = address}, clock.now(), "page https://x.example/s/notes");
    }
    // A mailing that is planned now.
    std::int64_t planned(Duration ahead = 0s) {
        return mailings
            ->create_mailing({.newsletter = "notes",
                              .post_id = ++last_post,
                              .title = "Planned",
                              .key = "k",
                              .not_before = clock.now() + ahead},
                             clock.now())
            .value();
    }
    static bool shows(const control::Explanation& explanation, std::string_view words) {
        return std::ranges::any_of(explanation.evidence, [&](const control::Evidence& one) {
            return one.words.find(words) != std::string::npos;
        });
    }

    std::string reader = "r1@example.org";
    test::Committing<audience::AudienceStore> store{database()};
    test::Committing<queue::MailingStore> mailings{database()};
    test::Committing<queue::DeliveryStore> deliveries{database()};
    std::int64_t mailing = 0;
};

}  // namespace

TEST_CASE_METHOD(ExplainFixture, "explained: who was never on the list") {
    const auto why = explained("nobody@example.org", mailing);
    CHECK(why.cause == Cause::not_on_the_list);
    CHECK(why.got == Got::no);
}

TEST_CASE_METHOD(ExplainFixture,
                 "explained: who never confirmed, with when he asked and what became of the mail") {
    test::Committing<audience::JoinStore> requests(database());
    audience::JoinRequest request{.newsletter = "notes",
                                  .address = "ann@example.org",
                                  .form = "https://x.example/s/notes",
                                  .asked_at = clock.now()};
    request.id = requests->add(request);
    request.state = audience::JoinState::failed;
    request.reply = "550 no such user";
    requests->finish(request);
    const auto why = explained("ann@example.org", mailing);
    CHECK(why.cause == Cause::never_confirmed);
    CHECK(shows(why, "asked by https://x.example/s/notes"));
    CHECK(shows(why, "550 no such user"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: who joined after the mailing was planned") {
    clock.advance(1h);
    joins("late@example.org");
    const auto why = explained("late@example.org", mailing);
    CHECK(why.cause == Cause::joined_after);
    CHECK(shows(why, "the mailing was planned"));
    CHECK(shows(why, "joined: page https://x.example/s/notes"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: who left, or was removed, before the mailing") {
    pipeline::Departure(database(), clock, nullptr).leave({.newsletter = "notes", .subscriber_id = 1});
    clock.advance(1h);
    const auto second = mailing_to(0);
    const auto left = explained(reader, second);
    CHECK(left.cause == Cause::left_before);
    CHECK(shows(left, "left"));

    joins("bob@example.org");
    REQUIRE(control::Readers(desk, settings.newsletters[0]).remove("bob@example.org"));
    const auto removed = explained("bob@example.org", std::nullopt);
    CHECK(removed.cause == Cause::removed_before);
    CHECK(shows(removed, "anna: readers remove"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: who was suppressed before the mailing, and why") {
    joins("bad@example.org");
    pipeline::Departure(database(), clock, nullptr)
        .suppress("bad@example.org", "by hand", "anna: wrote an angry letter");
    const auto why = explained("bad@example.org", mailing);
    CHECK(why.cause == Cause::suppressed_before);
    CHECK(shows(why, "by hand: anna: wrote an angry letter"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: whose copy is still to be made, or never was") {
    const auto second = planned();
    mailings->start_due(clock.now());
    const auto ahead = explained(reader, second);
    CHECK(ahead.cause == Cause::not_reached);
    CHECK(ahead.got == Got::not_yet);
    mailings->pause(second, "by hand");
    CHECK(explained(reader, second).cause == Cause::paused);
    mailings->resume(second, clock.now());
    mailings->cancel(second, clock.now());
    CHECK(explained(reader, second).cause == Cause::never_reached);
}

TEST_CASE_METHOD(ExplainFixture, "explained: whose mailing is not due yet") {
    const auto why = explained(reader, planned(24h));
    CHECK(why.cause == Cause::not_due);
    CHECK(why.words.find("2026-12-02T11:00:00Z") != std::string::npos);
}

TEST_CASE_METHOD(ExplainFixture, "explained: whom the fan-out passed over, and who would be mailed today") {
    joins("was@example.org");
    const auto second = planned();
    mailings->start_due(clock.now());
    mailings->pass_over(second, 2, 1);
    mailings->finish_fan_out(second, clock.now());
    CHECK(explained("was@example.org", second).cause == Cause::not_there_by_then);
}

TEST_CASE_METHOD(ExplainFixture, "explained: an accepted copy, with the server's words") {
    tried(OutcomeKind::accepted, DeliveryState::sent, "queued as 4F2");
    const auto why = explained();
    CHECK(why.cause == Cause::accepted);
    CHECK(why.got == Got::yes);
    CHECK(shows(why, "queued as 4F2"));
    CHECK(shows(why, "over main"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: a copy that bounced, and the suppression that followed") {
    tried(OutcomeKind::rejected_recipient, DeliveryState::bounced, "no such user");
    store->suppress({"r1@example.org", "bounced", "550 no such user", true, mailing, clock.now()});
    const auto why = explained();
    CHECK(why.cause == Cause::bounced);
    CHECK(shows(why, "450 no such user"));
    CHECK(shows(why, "suppressed: bounced: 550 no such user (mailing 1); provisional"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: a copy that was refused, and one that expired") {
    tried(OutcomeKind::rejected_policy, DeliveryState::refused, "looks like spam");
    CHECK(explained().cause == Cause::refused);
    CHECK(shows(explained(), "looks like spam"));
    db::RawSql(database()).prepare("UPDATE deliveries SET state = 8").run();
    CHECK(explained().cause == Cause::expired);
}

TEST_CASE_METHOD(ExplainFixture, "explained: who left, or was removed, before his copy was sent") {
    pipeline::Departure(database(), clock, nullptr).leave({.newsletter = "notes", .subscriber_id = 1});
    CHECK(explained().cause == Cause::left_meanwhile);
    CHECK(shows(explained(), "left"));
}

TEST_CASE_METHOD(ExplainFixture,
                 "explained: who was removed by a person before his copy was sent, and by whom") {
    REQUIRE(control::Readers(desk, settings.newsletters[0]).remove(reader));
    const auto why = explained();
    CHECK(why.cause == Cause::removed_meanwhile);
    CHECK(shows(why, "anna: readers remove, r1@example.org of notes: removed"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: who was suppressed before his copy was sent") {
    pipeline::Departure(database(), clock, nullptr).suppress(reader, "complaint", "abuse");
    CHECK(explained().cause == Cause::suppressed_meanwhile);
    CHECK(shows(explained(), "complaint: abuse"));
    store->unsuppress(reader);
    CHECK(shows(explained(), "lifted since"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: a mailing that was cancelled, and by whom") {
    REQUIRE(control::Mailings(desk).cancel(mailing));
    const auto why = explained();
    CHECK(why.cause == Cause::mailing_cancelled);
    CHECK(shows(why, "anna: mailings cancel"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: a copy that a person dropped, and one that a person holds") {
    const auto order = [&](queue::QueueAction action) {
        REQUIRE(control::QueueOrders(desk).apply({.action = action, .address = reader}));
    };
    order(queue::QueueAction::hold);
    CHECK(explained().cause == Cause::held);
    CHECK(shows(explained(), "anna: queue hold"));
    order(queue::QueueAction::drop);
    CHECK(explained().cause == Cause::dropped);
    CHECK(explained().got == Got::no);
    CHECK(shows(explained(), "anna: queue drop"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: a copy that may have arrived, and is sent once more or held") {
    tried(OutcomeKind::in_doubt, DeliveryState::in_doubt, "no reply");
    const auto once_more = explained();
    CHECK(once_more.cause == Cause::in_doubt);
    CHECK(once_more.got == Got::perhaps);
    CHECK(once_more.words.find("2026-12-01T12:00:00Z") != std::string::npos);
    clock.advance(2h);
    tried(OutcomeKind::in_doubt, DeliveryState::held, "no reply");
    const auto held = explained();
    CHECK(held.cause == Cause::held_in_doubt);
    CHECK(held.got == Got::perhaps);
    CHECK(held.evidence.size() == 2);
}

TEST_CASE_METHOD(ExplainFixture, "explained: a copy that was put off, with every try and when the next is") {
    tried(OutcomeKind::deferred, DeliveryState::deferred, "greylisted");
    const auto why = explained();
    CHECK(why.cause == Cause::deferred);
    CHECK(why.got == Got::not_yet);
    CHECK(why.words.find("2026-12-01T12:00:00Z") != std::string::npos);
    CHECK(shows(why, "try 1 over main (deferred at rcpt): 450 greylisted"));
}

TEST_CASE_METHOD(ExplainFixture, "explained: a mailing that is paused, by whom or by itself") {
    REQUIRE(control::Mailings(desk).pause(mailing));
    const auto why = explained();
    CHECK(why.cause == Cause::paused);
    CHECK(why.words.find("by hand") != std::string::npos);
    CHECK(shows(why, "anna: mailings pause"));
    settings.newsletters.clear();
    mailings->resume(mailing, clock.now());
    CHECK(explained().cause == Cause::paused);
}

TEST_CASE_METHOD(ExplainFixture, "explained: a window that is closed") {
    settings.newsletters[0].window = config::SendWindow{16h, 18h};
    const auto why = explained();
    CHECK(why.cause == Cause::window_closed);
    CHECK(why.words.find("2026-12-01T16:00:00Z") != std::string::npos);
}

TEST_CASE_METHOD(ExplainFixture, "explained: relays that are down or paused") {
    test::Committing<queue::RelayStore> relays(database());
    queue::RelayHealth health;
    health.trouble(clock.now(), "connection refused");
    relays->save_relay_health("main", health);
    const auto down = explained();
    CHECK(down.cause == Cause::relay_trouble);
    CHECK(shows(down, "connection refused"));
    relays->save_relay_health("main", {});
    CHECK(explained().cause == Cause::queued);
    REQUIRE(control::Relays(desk).pause("main"));
    CHECK(explained().cause == Cause::relay_trouble);
}

TEST_CASE_METHOD(ExplainFixture, "explained: a provider's limit, and a turn that has not come") {
    CHECK(explained().cause == Cause::queued);
    db::RawSql(database())
        .execute(
            "INSERT INTO limits (id, scope, name, tokens, refilled, day, used) VALUES (7, 2, 'example.org', 0, 0, 0, 0); "
            "UPDATE deliveries SET shelf = 7");
    const auto why = explained();
    CHECK(why.cause == Cause::limited);
    CHECK(why.words.find("example.org") != std::string::npos);
}

TEST_CASE_METHOD(ExplainFixture, "explained: a copy that is being sent") {
    const std::vector<std::string> notes{"notes"};
    REQUIRE(test::claim_due(database(), notes, 1, clock.now()).size() == 1);
    CHECK(explained().cause == Cause::sending);
}

TEST_CASE_METHOD(ExplainFixture,
                 "without a mailing the next one of each newsletter is explained, and the newest") {
    const auto found = control::explain(desk, "  R1@Example.ORG ", std::nullopt);
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    CHECK(found->at(0).cause == Cause::not_due);
    CHECK_FALSE(found->at(0).mailing);
    CHECK(found->at(1).mailing == mailing);
}

TEST_CASE_METHOD(ExplainFixture, "what is no address or no mailing is refused") {
    CHECK(control::explain(desk, "no address", std::nullopt).error().code ==
          control::Refusal::Code::malformed);
    CHECK(control::explain(desk, reader, 99).error().code == control::Refusal::Code::unknown);
}

TEST_CASE_METHOD(ExplainFixture, "an explanation as JSON has its cause and its evidence") {
    tried(OutcomeKind::accepted, DeliveryState::sent, "queued as 4F2");
    const auto json = nlohmann::json::parse(control::to_json(explained(), reader));
    CHECK(json.at("cause") == "accepted");
    CHECK(json.at("got") == "yes");
    CHECK(json.at("mailing") == mailing);
    CHECK(json.at("evidence").at(0).at("time") == "2026-12-01T11:00:00Z");
}

TEST_CASE_METHOD(ExplainFixture,
                 "explained: who is not among those whom the newsletter is for, with what he has") {
    store->subscribe("notes", {0, "town@example.org", "Tom", {{"town", "Wells"}}, {"new"}}, clock.now(),
                     "test");
    settings.newsletters[0].to = config::Segment::parse("town = 'Bath' or tag 'beta'").value();
    const auto second = planned();
    mailings->start_due(clock.now());
    for (const auto about : {std::optional<std::int64_t>(second), std::optional<std::int64_t>()}) {
        const auto why = explained("town@example.org", about);
        CHECK(why.cause == Cause::not_in_segment);
        CHECK(shows(why, "to: town = 'Bath' or tag 'beta'"));
        CHECK(shows(why, "he has name = 'Tom', town = 'Wells', tag 'new'"));
    }
    store->set_tags(2, {"beta"});
    CHECK(explained("town@example.org", second).cause == Cause::not_reached);
}

TEST_CASE("every cause has a word of its own") {
    std::set<std::string_view> words;
    for (int number = 0; number <= static_cast<int>(Cause::reads); ++number)
        words.insert(control::to_string(static_cast<Cause>(number)));
    CHECK(words.size() == static_cast<std::size_t>(Cause::reads) + 1);
}
