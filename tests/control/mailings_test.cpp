#include "control/mailings.hpp"

#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "control/desk_fixture.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace paperround::control;
using queue::MailingState;

TEST_CASE_METHOD(test::DeskFixture, "a mailing is paused and goes on, and both are on record") {
    const auto id = mailing_to(2);
    CHECK(Mailings(desk).pause(id).value().now == MailingState::paused);
    CHECK(Mailings(desk).show(id).value().mailing.pause_reason == queue::paused_by_hand);
    CHECK(Mailings(desk).resume(id).value().now == MailingState::sending);
    CHECK(actions() == std::vector<std::string>{"anna: mailings pause, mailing 1: paused",
                                                "anna: mailings resume, mailing 1: sending"});
}

TEST_CASE_METHOD(test::DeskFixture, "a mailing that is not paused cannot go on, and stays as it is") {
    const auto id = mailing_to(1);
    const auto refused = Mailings(desk).resume(id);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Refusal{Refusal::Code::not_now, "mailing 1 (\"The first post\") stays sending"});
    CHECK(actions().size() == 1);
    CHECK(actions()[0].find("not_now") != std::string::npos);
}

TEST_CASE_METHOD(test::DeskFixture, "a mailing that there is not is refused, and leaves no record") {
    CHECK(Mailings(desk).show(9).error() == Refusal{Refusal::Code::unknown, "no mailing 9"});
    CHECK(Mailings(desk).pause(9).error().code == Refusal::Code::unknown);
    CHECK(Mailings(desk).cancel(9).error().code == Refusal::Code::unknown);
    CHECK(Mailings(desk).retry(9, {}).error().code == Refusal::Code::unknown);
    CHECK(actions().empty());
}

TEST_CASE_METHOD(test::DeskFixture, "when a mailing is cancelled, nothing of it waits any more") {
    const auto id = mailing_to(2500);
    CHECK(Mailings(desk).cancel(id).value().now == MailingState::cancelled);
    const auto progress = Mailings(desk).show(id).value().progress;
    CHECK(progress.waiting == 0);
    CHECK(progress.dropped == 2500);
    CHECK(actions() == std::vector<std::string>{"anna: mailings cancel, mailing 1: cancelled"});
}

TEST_CASE_METHOD(test::DeskFixture, "cancelling again finishes what the first time left waiting") {
    const auto id = mailing_to(10);
    test::Committing<queue::MailingStore>(database())->cancel(id, clock.now());
    CHECK(Mailings(desk).show(id).value().progress.waiting == 10);
    CHECK(Mailings(desk).cancel(id).error().code == Refusal::Code::not_now);
    CHECK(Mailings(desk).show(id).value().progress.waiting == 0);
}

TEST_CASE_METHOD(test::DeskFixture, "a mailing under way says when its newsletter's window opens") {
    using namespace std::chrono_literals;
    clock.set(parse_rfc3339("2026-11-30T14:13:20Z").value());
    const auto id = mailing_to(1);
    settings.newsletters[0].window = config::SendWindow{16h, 18h};
    CHECK(Mailings(desk).show(id).value().opens == parse_rfc3339("2026-11-30T16:00:00Z"));
    settings.newsletters[0].window = config::SendWindow{14h, 15h};
    CHECK_FALSE(Mailings(desk).show(id).value().opens);
    settings.newsletters[0].window = config::SendWindow{16h, 18h};
    REQUIRE(Mailings(desk).pause(id));
    CHECK_FALSE(Mailings(desk).show(id).value().opens);
}

TEST_CASE_METHOD(test::DeskFixture, "the newest mailings come first, as many as asked for") {
    mailing_to(1);
    const auto second = mailing_to(1);
    const auto listed = Mailings(desk).list(1);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].mailing.id == second);
    CHECK(Mailings(desk).list(50).size() == 2);
}

TEST_CASE_METHOD(test::DeskFixture, "a mailing as JSON has its counts, and no finish while it goes on") {
    const auto id = mailing_to(3);
    const auto json = nlohmann::json::parse(to_json(Mailings(desk).show(id).value()));
    CHECK(json.at("mailing") == 1);
    CHECK(json.at("newsletter") == "notes");
    CHECK(json.at("state") == "sending");
    CHECK(json.at("posts") == std::vector<std::int64_t>{1});
    CHECK(json.at("deliveries") == 3);
    CHECK(json.at("waiting") == 3);
    CHECK(json.at("finished").is_null());
}

TEST_CASE("the states that are sent again are named, and others are refused by their word") {
    using queue::DeliveryState;
    CHECK(parse_retried_states("refused, bounced").value() ==
          std::set{DeliveryState::refused, DeliveryState::bounced});
    CHECK(parse_retried_states("").value() == pipeline::RedeliveryOptions{}.states);
    for (const std::string_view word : {"sent", "queued", "lost"}) {
        const auto refused = parse_retried_states(word);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Refusal::Code::malformed);
        CHECK(refused.error().message.find(word) != std::string::npos);
    }
}
