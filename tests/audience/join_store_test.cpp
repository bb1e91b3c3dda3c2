#include "audience/join_store.hpp"

#include <catch2/catch.hpp>

#include "audience/audience_fixture.hpp"

using namespace paperround;
using namespace paperround::audience;
using namespace std::chrono_literals;
using test::at;

namespace {

struct Joining : test::Audience {
    static JoinRequest asked(std::string_view address, Time when, std::string_view newsletter = "notes") {
        return {.newsletter = std::string(newsletter),
                .address = std::string(address),
                .language = "de",
                .form = "https://news.example.org/s/notes",
                .network = "203.0.113.0/24",
                .asked_at = when,
                .due = when};
    }
    std::vector<std::string> due(Time when, std::size_t limit = 10) {
        std::vector<std::string> addresses;
        for (const JoinRequest& request : (*requests).due(when, limit)) addresses.push_back(request.address);
        return addresses;
    }

    test::Committing<JoinStore> requests{database};
};

}  // namespace

TEST_CASE_METHOD(Joining, "a request is kept as it was asked, and waits for its mail") {
    auto request = asked("ann@example.org", now);
    request.id = requests->add(request);
    CHECK((*requests).find(request.id) == request);
    CHECK(due(now) == std::vector<std::string>{"ann@example.org"});
    CHECK(due(now - 1ms).empty());
    CHECK_FALSE((*requests).find(request.id + 1));
}

TEST_CASE_METHOD(Joining, "the oldest mails are due first, and not too many at once") {
    requests->add(asked("second@example.org", now - 1s));
    requests->add(asked("first@example.org", now - 2s));
    requests->add(asked("third@example.org", now));
    CHECK(due(now, 2) == std::vector<std::string>{"first@example.org", "second@example.org"});
}

TEST_CASE_METHOD(Joining, "a mail that was begun is not due, and is in doubt after a crash") {
    const auto id = requests->add(asked("ann@example.org", now));
    requests->begin(id);
    CHECK(due(now).empty());
    const auto doubtful = (*requests).in_doubt();
    REQUIRE(doubtful.size() == 1);
    CHECK(doubtful.front().id == id);
    CHECK(doubtful.front().state == JoinState::sending);
}

TEST_CASE_METHOD(Joining, "what became of an attempt is kept") {
    auto request = asked("ann@example.org", now);
    request.id = requests->add(request);
    requests->begin(request.id);
    request.due = now + 5min;
    request.attempts = 1;
    request.doubts = 1;
    request.reply = "451 4.7.1 try again later";
    requests->finish(request);
    CHECK((*requests).find(request.id) == request);
    CHECK(due(now).empty());
    CHECK(due(now + 5min).size() == 1);
    request.state = JoinState::sent;
    requests->finish(request);
    CHECK(due(now + 5min).empty());
    CHECK((*requests).in_doubt().empty());
}

TEST_CASE_METHOD(Joining, "mails to variants of an address are counted together, for all newsletters") {
    requests->add(asked("ann@example.org", now - 2h));
    requests->add(asked("a.nn+x@example.org", now - 30min, "other"));
    requests->add(asked("bob@example.org", now - 30min));
    auto unasked = asked("ann@example.org", now - 1min);
    unasked.state = JoinState::no_mail;
    requests->add(unasked);
    CHECK((*requests).mails_asked_for("Ann@example.org", now - 1h) == 1);
    CHECK((*requests).mails_asked_for("ann@example.org", now - 3h) == 2);
}

TEST_CASE_METHOD(Joining, "who has confirmed is not asked again, even if the mail is in doubt") {
    const auto id = requests->add(asked("ann@example.org", now));
    requests->confirm(id, now);
    CHECK(due(now).empty());
}

TEST_CASE_METHOD(Joining, "whoever has not confirmed is known, and when the next mail is due") {
    CHECK_FALSE((*requests).any_unconfirmed());
    CHECK_FALSE((*requests).next_due());
    const auto first = requests->add(asked("ann@example.org", now));
    requests->add(asked("bob@example.org", now + 1s));
    CHECK((*requests).any_unconfirmed());
    CHECK((*requests).next_due() == now);
    requests->begin(first);
    CHECK((*requests).next_due() == now + 1s);
    requests->confirm(first, now);
    CHECK((*requests).any_unconfirmed());
    requests->confirm(first + 1, now);
    CHECK_FALSE((*requests).any_unconfirmed());
    CHECK_FALSE((*requests).next_due());
}

TEST_CASE_METHOD(Joining, "a request confirms once") {
    const auto id = requests->add(asked("ann@example.org", now));
    CHECK(requests->confirm(id, now + 1min));
    CHECK_FALSE(requests->confirm(id, now + 2min));
    CHECK_FALSE(requests->confirm(id + 1, now));
    CHECK((*requests).find(id)->confirmed_at == now + 1min);
}

TEST_CASE_METHOD(Joining, "consent is the last confirmed request of that very address and newsletter") {
    const auto first = requests->add(asked("ann@example.org", now - 10h));
    const auto last = requests->add(asked("Ann@example.org", now - 5h));
    requests->add(asked("ann@example.org", now));  // never confirmed
    const auto variant = requests->add(asked("ann+x@example.org", now));
    const auto other = requests->add(asked("ann@example.org", now, "other"));
    for (const auto id : {first, last, variant, other}) requests->confirm(id, now);
    CHECK((*requests).consent_of("notes", "ann@example.org")->id == last);
    CHECK((*requests).consent_of("notes", "ann+x@example.org")->id == variant);
    CHECK_FALSE((*requests).consent_of("notes", "bob@example.org"));
}

TEST_CASE_METHOD(Joining, "a list that asks nobody to confirm keeps who joined") {
    auto unasked = asked("ann@example.org", now);
    unasked.state = JoinState::no_mail;
    const auto id = requests->add(unasked);
    CHECK(due(now).empty());
    CHECK((*requests).consent_of("notes", "ann@example.org")->id == id);
    CHECK(requests->forget_unconfirmed(now + 1h, 10) == 0);
}

TEST_CASE_METHOD(Joining, "who never confirmed is forgotten, a few at a time") {
    const auto confirmed = requests->add(asked("ann@example.org", now - 31 * 24h));
    requests->confirm(confirmed, now);
    for (int i = 0; i < 3; ++i) requests->add(asked("bob@example.org", now - 31 * 24h));
    requests->add(asked("bob@example.org", now));
    CHECK(requests->forget_unconfirmed(now - 30 * 24h, 2) == 2);
    CHECK(requests->forget_unconfirmed(now - 30 * 24h, 2) == 1);
    CHECK(requests->forget_unconfirmed(now - 30 * 24h, 2) == 0);
    CHECK((*requests).find(confirmed));
    CHECK(due(now).size() == 1);
}

TEST_CASE_METHOD(Joining, "whoever leaves the others keeps the one") {
    const auto ann = add("ann@example.org").subscriber_id;
    static_cast<void>(add("ann@example.org", "other"));
    static_cast<void>(add("ann@example.org", "third"));
    static_cast<void>(add("bob@example.org", "other"));
    store->leave_others("notes", ann, "complaint", now);
    CHECK(active() == std::vector<std::string>{"ann@example.org"});
    CHECK(active("other") == std::vector<std::string>{"bob@example.org"});
    CHECK(active("third").empty());
    CHECK((*store).member("other", ann)->reason == "complaint");
}
