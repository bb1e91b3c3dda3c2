#include "control/log_search.hpp"

#include <catch2/catch.hpp>

#include "audience/audience_store.hpp"
#include "control/desk_fixture.hpp"
#include "control/reader/erasure.hpp"
#include "control/reader/suppression_list.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/claiming.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using namespace paperround::control;
using queue::OutcomeKind;

namespace {

// One attempt each to a few addresses, of mailing 1 of "notes".
struct LogFixture : test::DeskFixture {
    LogFixture() {
        test::Committing<queue::MailingStore> mailings(database());
        test::Committing<queue::DeliveryStore> deliveries(database());
        const auto id =
            mailings
                ->create_mailing({.newsletter = "notes", .post_id = 1, .key = "k", .not_before = clock.now()},
                                 clock.now())
                .value();
        mailings->start_due(clock.now());
        std::vector<queue::Addressee> addressees;
        for (const std::string address :
             {"a@blocked.example", "b@blocked.example", "c@fine.example", "d@sub.blocked.example",
              "blocked.example@other.example", "e@xn--bcher-kva.example", "f_x@fine.example"}) {
            const auto reader = test::Committing<audience::AudienceStore>(database())
                                    ->subscribe("notes", {.address = address}, clock.now(), "test");
            addressees.push_back({reader.subscriber_id, address});
        }
        deliveries->add_deliveries(id, addressees, clock.now());
        mailings->finish_fan_out(id, clock.now());
        for (const auto& delivery :
             test::claim_due(database(), std::vector<std::string>{"notes"}, 100, clock.now())) {
            deliveries->record(delivery, {.kind = OutcomeKind::accepted, .code = 250},
                               {.state = queue::DeliveryState::sent, .due = clock.now()}, "main",
                               clock.now());
        }
    }
    Answer<queue::LogFilter> filter(const LogQuestion& question) {
        return LogSearch(desk).filter_of(question);
    }
    // The local parts of whom the log shows.
    std::string shown(const std::string& recipient) {
        const auto found = filter({.recipient = recipient});
        if (!found) return std::string(to_string(found.error().code));
        std::string who;
        LogSearch(desk).each(*found, [&](const queue::LogLine& line) {
            who += line.recipient.substr(0, line.recipient.find('@')) + " ";
        });
        return who;
    }
};

}  // namespace

TEST_CASE_METHOD(LogFixture, "the log is asked for an address, of a reader or of one who left") {
    test::Committing<audience::AudienceStore>(database())->remove("notes", "b@blocked.example", clock.now());
    CHECK(shown("a@blocked.example") == "a ");
    CHECK(shown("B@Blocked.Example") == "b ");
    CHECK(shown("Cy <c@fine.example>") == "c ");
    CHECK(shown("e@bücher.example") == "e ");
    CHECK(shown("f_x@fine.example") == "f_x ");
}

TEST_CASE_METHOD(LogFixture, "the log is asked for a domain, which is not its subdomains") {
    CHECK(shown("blocked.example") == "a b ");
    CHECK(shown("@blocked.example") == "a b ");
    CHECK(shown("*@BLOCKED.example") == "a b ");
    CHECK(shown("bücher.example") == "e ");
    CHECK(shown("*@*.blocked.example") == "d ");
}

TEST_CASE_METHOD(LogFixture, "the log is asked for a part of an address") {
    CHECK(shown("blocked") == "a b d blocked.example ");
    CHECK(shown("c@fine") == "c ");
    CHECK(shown("@fine") == "c f_x ");
    CHECK(shown("f_") == "f_x ");
    CHECK(shown("?@fine.example") == "unknown");
}

TEST_CASE_METHOD(LogFixture, "the only reader whose address holds the part is asked for by his number") {
    CHECK(filter({.recipient = "c@fine"})->subscriber_id == 3);
    CHECK_FALSE(filter({.recipient = "@fine"})->subscriber_id);
}

TEST_CASE_METHOD(LogFixture,
                 "the log of one who was forgotten is asked for by the label, as long as there is one") {
    test::SeededRandom random{1};
    const std::string label = control::forget(desk, random, "b@blocked.example").value().label;
    CHECK(shown("b@blocked.example") == "unknown");
    CHECK(shown(label) == label + " ");
    CHECK(shown("forgotten:") == label + " ");
    CHECK(shown("forgotten:none") == "unknown");
    REQUIRE(control::SuppressionList(desk).remove("b@blocked.example"));
    CHECK(shown(label) == label + " ");
}

TEST_CASE_METHOD(LogFixture, "one who was forgotten and joined again is asked for by his address once more") {
    test::SeededRandom random{1};
    REQUIRE(control::forget(desk, random, "b@blocked.example"));
    test::Committing<audience::AudienceStore>(database())
        ->subscribe("notes", {.address = "b@blocked.example"}, clock.now(), "test", audience::Again::yes);
    CHECK(filter({.recipient = "b@blocked.example"}).has_value());
    CHECK(shown("b@blocked.example").empty());
}

TEST_CASE_METHOD(LogFixture, "what cannot match is said") {
    CHECK(shown("nobody@example.org") == "unknown");
    CHECK(filter({.mailing = 99}).error().message == "no mailing 99");
    CHECK(filter({.mailing = 0}).error().code == Refusal::Code::unknown);
    CHECK(filter({.newsletter = "nots"}).error().message ==
          "no newsletter \"nots\", did you mean \"notes\"?");
    CHECK(filter({.newsletter = "nots"}).error().code == Refusal::Code::unknown);
    CHECK(filter({.newsletter = "notes", .mailing = 1}).has_value());
}

TEST_CASE_METHOD(LogFixture, "a newsletter that the configuration has no more still has its log") {
    settings.newsletters.clear();
    CHECK(filter({.newsletter = "notes"}).has_value());
}

TEST_CASE_METHOD(LogFixture, "outcomes are given in the listing's words or by their names") {
    const auto outcomes = [&](const std::string& words) {
        return filter({.outcome = words}).value().outcomes;
    };
    CHECK(outcomes("sent") == std::vector{OutcomeKind::accepted});
    CHECK(outcomes("bounced?") == std::vector{OutcomeKind::perhaps_recipient});
    CHECK(outcomes("in doubt") == std::vector{OutcomeKind::in_doubt});
    CHECK(outcomes("in-doubt") == std::vector{OutcomeKind::in_doubt});
    CHECK(outcomes("in_doubt") == std::vector{OutcomeKind::in_doubt});
    CHECK(outcomes("Refused, slowed") ==
          std::vector{OutcomeKind::rejected_policy, OutcomeKind::domain_slowed});
    CHECK(outcomes("rejected_policy") == std::vector{OutcomeKind::rejected_policy});
    const auto wrong = filter({.outcome = "lost"});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == Refusal::Code::malformed);
    CHECK(wrong.error().message.find("expected one of sent, bounced, bounced?, deferred") !=
          std::string::npos);
}

TEST_CASE_METHOD(LogFixture, "every outcome has a word of its own that is read back") {
    for (int number = 0; queue::to_string(static_cast<OutcomeKind>(number)) != "?"; ++number) {
        const auto kind = static_cast<OutcomeKind>(number);
        CAPTURE(queue::to_string(kind));
        CHECK(parse_outcome_word(outcome_word(kind)) == kind);
        CHECK(parse_outcome_word(queue::to_string(kind)) == kind);
    }
}
