// Digests, embargoes and windows in the planner: with an injected clock, without a relay.
#include "pipeline/fixture.hpp"
#include "pipeline/plan/delivery_planner.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::PostState;
using queue::MailingState;
using test::PipelineFixture;

namespace {

struct DigestFixture : PipelineFixture {
    DigestFixture() {
        subscribe(3);
        notes().schedule = config::parse_schedule("daily 08:00").value();
        notes().digest = config::Digest{};
    }
    config::Newsletter& notes() { return settings.newsletters.at(0); }
    void at(std::string_view time) { clock.set(parse_rfc3339(time).value()); }
    void schedule(std::string_view text, const std::string& zone) {
        notes().schedule = config::parse_schedule(text).value();
        notes().schedule.zone = zone;
    }
    // Stores a post as a poll does.
    std::int64_t found(const std::string& id, PostState state = PostState::ready) {
        const auto source = posts->source("notes", "feed");
        const Time embargo = notes().hold > Duration{} ? clock.now() + notes().hold : Time{};
        return posts->record(source, {.id = id, .title = "Post " + id}, state, "", clock.now(), embargo);
    }
    // One commit of the ledger, by a daemon that has just started and dies after it.
    bool step(bool commit = true) {
        auto own = open();
        pipeline::DeliveryPlanner planner(own, settings, random, events);
        db::Transaction transaction(own);
        const bool more = planner.prepare_deliveries(clock.now()) == queue::Remaining::some;
        if (commit) transaction.commit();
        return more;
    }
    void pass(Duration length, Duration interval) {
        for (const Time end = clock.now() + length; clock.now() < end; clock.advance(interval)) {
            while (step()) {
            }
        }
    }
    // Every mailing, oldest first: "2026-11-22T08:00:00Z a b c", posts by their ids in the feed.
    std::vector<std::string> mailings() {
        std::vector<std::string> lines;
        auto all = mailing_store->mailings(1000);
        std::ranges::reverse(all);
        for (const queue::Mailing& mailing : all) {
            std::string line = format_rfc3339(mailing.not_before);
            for (const std::int64_t id : mailing_store->posts_of(mailing))
                line += " " + posts->find(id)->post.id;
            lines.push_back(line);
        }
        return lines;
    }

    db::Database database = open();
    test::Committing<queue::MailingStore> mailing_store{database};
    test::Committing<queue::DeliveryStore> deliveries{database};
    test::Committing<queue::DigestStore> digests{database};
    test::Committing<post::PostStore> posts{database};
};
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(DigestFixture, "a digest gathers what came since the last one") {
    at("2026-11-22T07:00:00Z");
    step();
    found("a");
    found("b");
    at("2026-11-22T07:59:59Z");
    step();
    CHECK(mailings().empty());
    at("2026-11-22T08:00:00Z");
    while (step()) {
    }
    CHECK(mailings() == Lines{"2026-11-22T08:00:00Z a b"});
    CHECK(mailing_store->mailing(1)->title == "Post a and 1 more");
    CHECK(deliveries->progress(1).waiting == 3);
    found("c");
    pass(24h, 1h);
    CHECK(mailings().size() == 1);
    step();
    CHECK(mailings() == Lines{"2026-11-22T08:00:00Z a b", "2026-11-23T08:00:00Z c"});
    CHECK(mailing_store->mailing(2)->title == "Post c");
}

TEST_CASE_METHOD(DigestFixture,
                 "a month of daily digests: empty, too few, too many, over a change of the clocks") {
    schedule("daily 08:00", "Europe/London");
    notes().digest = config::Digest{.at_least = 2, .at_most = 5};
    at("2026-03-10T12:00:00Z");
    // Posts found at noon of each day, from the 10th on; the digest comes on the day after.
    std::vector<int> arrivals{3, 0, 1, 1, 8, 0};
    arrivals.resize(30, 2);
    int number = 0;
    for (const int count : arrivals) {
        for (int i = 0; i < count; ++i) found("p" + std::to_string(++number));
        pass(24h, 30min);
    }
    Lines expected{"2026-03-11T08:00:00Z p1 p2 p3",
                   // the 12th: nothing; the 13th: p4 alone is too few
                   "2026-03-14T08:00:00Z p4 p5",            //
                   "2026-03-15T08:00:00Z p6 p7 p8 p9 p10",  // of eight
                   "2026-03-16T08:00:00Z p11 p12 p13"};
    int next = 14;
    for (int day = 17; day <= 40; ++day) {
        const bool summer = day >= 29;  // begins on Sunday the 29th: 08:00 is 07:00 UTC
        expected.push_back(fmt::format("2026-{:02}-{:02}T{:02}:00:00Z p{} p{}", day > 31 ? 4 : 3,
                                       day > 31 ? day - 31 : day, summer ? 7 : 8, next, next + 1));
        next += 2;
    }
    CHECK(mailings() == expected);
    CHECK(posts->list({.newsletter = "notes", .state = PostState::mailed}).size() ==
          static_cast<std::size_t>(number));
    CHECK(events.has("no digest: 0"));
    CHECK(events.has("no digest: 1"));
}

TEST_CASE_METHOD(DigestFixture, "a weekly digest keeps its local time over both changes in New York") {
    schedule("weekly sun 08:00", "America/New_York");
    // Summer time 2026: 8 March to 1 November, both Sundays, at 02:00.
    const std::vector<std::pair<const char*, const char*>> found_on{{"2026-02-28T12:00:00Z", "a"},
                                                                    {"2026-03-07T12:00:00Z", "b"},
                                                                    {"2026-10-24T12:00:00Z", "c"},
                                                                    {"2026-10-31T12:00:00Z", "d"}};
    for (const auto& [saturday, id] : found_on) {
        at(saturday);
        step();
        found(id);
        pass(36h, 30min);
    }
    CHECK(mailings() == Lines{"2026-03-01T13:00:00Z a", "2026-03-08T12:00:00Z b", "2026-10-25T12:00:00Z c",
                              "2026-11-01T13:00:00Z d"});
}

TEST_CASE_METHOD(DigestFixture, "the hour that is skipped or repeated has one digest in London") {
    schedule("daily 01:30", "Europe/London");
    const auto times_of_three_days_from = [this](std::string_view begin) {
        at(begin);
        for (int i = 0; i < 3 * 24; ++i) {
            found("p" + std::to_string(i));
            pass(1h, 10min);
        }
        Lines times;
        for (const std::string& line : mailings()) times.push_back(line.substr(0, 20));
        return times;
    };
    SECTION("29 March: 01:30 does not come") {
        CHECK(times_of_three_days_from("2026-03-28T00:00:00Z") ==
              Lines{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"});
    }
    SECTION("25 October: 01:30 comes twice") {
        CHECK(times_of_three_days_from("2026-10-24T00:00:00Z") ==
              Lines{"2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"});
    }
}

TEST_CASE_METHOD(DigestFixture,
                 "posts without a digest keep their schedule over the changes, one mailing each") {
    notes().digest.reset();
    schedule("daily 08:00", "Europe/London");
    at("2026-03-28T12:00:00Z");
    found("a");
    found("b");
    step();
    at("2026-03-29T07:00:00Z");
    step();
    step();
    at("2026-10-24T12:00:00Z");
    step();
    found("c");
    step();
    at("2026-10-25T08:00:00Z");
    step();
    CHECK(mailings() == Lines{"2026-03-29T07:00:00Z a", "2026-03-29T07:00:00Z b", "2026-10-25T08:00:00Z c"});
}

TEST_CASE_METHOD(DigestFixture, "a crash before the commit makes no digest, one behind it makes no second") {
    subscribe(1200);
    at("2026-11-22T07:00:00Z");
    step();
    found("a");
    found("b");
    at("2026-11-22T08:00:00Z");
    for (bool more = true; more;) {
        step(false);
        more = step();
    }
    step(false);
    step();
    CHECK(mailings() == Lines{"2026-11-22T08:00:00Z a b"});
    CHECK(deliveries->progress(1).total() == 1200);
    CHECK(mailing_store->mailing(1)->state == MailingState::sending);
}

TEST_CASE_METHOD(DigestFixture, "before its commit a digest has taken no post and no moment") {
    at("2026-11-22T07:00:00Z");
    step();
    found("a");
    at("2026-11-22T08:00:00Z");
    step(false);
    CHECK(mailings().empty());
    CHECK(posts->find(1)->state == PostState::ready);
    CHECK(digests->digest_moment("notes")->next == clock.now());
}

TEST_CASE_METHOD(DigestFixture, "a digest whose moment passed while the daemon was down is made late, once") {
    at("2026-11-22T07:00:00Z");
    step();
    found("a");
    at("2026-11-25T11:00:00Z");  // four moments later
    found("b");
    pass(1h, 10min);
    CHECK(mailings() == Lines{"2026-11-25T11:00:00Z a b"});
    CHECK(digests->digest_moment("notes")->next == parse_rfc3339("2026-11-26T08:00:00Z"));
}

TEST_CASE_METHOD(DigestFixture, "a changed schedule begins with its own next moment") {
    at("2026-11-22T07:00:00Z");
    step();
    found("a");
    schedule("daily 06:00", "UTC");
    at("2026-11-22T09:00:00Z");
    step();
    CHECK(mailings().empty());
    at("2026-11-23T06:00:00Z");
    step();
    CHECK(mailings() == Lines{"2026-11-23T06:00:00Z a"});
}

TEST_CASE_METHOD(DigestFixture, "a moment that a wrong clock put into the far future is forgotten") {
    at("2036-01-01T00:00:00Z");
    step();
    at("2026-11-22T07:00:00Z");
    step();
    CHECK(digests->digest_moment("notes")->next == parse_rfc3339("2026-11-22T08:00:00Z"));
}

TEST_CASE_METHOD(DigestFixture, "a post under embargo at the digest's moment waits for the next") {
    notes().hold = 15min;
    at("2026-11-22T07:00:00Z");
    step();
    found("a");
    at("2026-11-22T07:50:00Z");
    const auto late = found("b");
    at("2026-11-22T08:00:00Z");
    step();
    CHECK(mailings() == Lines{"2026-11-22T08:00:00Z a"});
    CHECK(posts->find(late)->state == PostState::ready);
    at("2026-11-23T08:00:00Z");
    step();
    CHECK(mailings().at(1) == "2026-11-23T08:00:00Z b");
}

TEST_CASE_METHOD(DigestFixture, "an approved post is in the next digest, a held one in none") {
    at("2026-11-22T07:00:00Z");
    step();
    const auto held = found("a", PostState::held);
    found("b");
    at("2026-11-22T08:00:00Z");
    step();
    CHECK(mailings() == Lines{"2026-11-22T08:00:00Z b"});
    CHECK(posts->approve(held));
    pass(25h, 1h);
    CHECK(mailings().at(1) == "2026-11-23T08:00:00Z a");
}

TEST_CASE_METHOD(DigestFixture, "a digest outside the window begins when that opens") {
    schedule("daily 06:00", "Europe/London");
    notes().window = config::SendWindow{.from = 7h, .to = 22h, .zone = "Europe/London"};
    at("2026-07-01T00:00:00Z");
    step();
    found("a");
    at("2026-07-01T05:00:00Z");
    step();
    CHECK(mailings().empty());
    at("2026-07-01T06:00:00Z");
    step();
    CHECK(mailings() == Lines{"2026-07-01T06:00:00Z a"});
    CHECK(deliveries->progress(1).waiting == 3);
}

TEST_CASE_METHOD(DigestFixture,
                 "a scheduled post is in no mailing before its moment, and follows its source") {
    notes().digest.reset();
    at("2026-11-22T09:00:00Z");
    step();
    const auto id = found("a");
    step();
    CHECK(mailings().empty());
    CHECK(posts->find(id)->follows);
    at("2026-11-23T07:59:59Z");
    step();
    CHECK(mailings().empty());
    at("2026-11-23T08:00:00Z");
    step();
    CHECK(mailings() == Lines{"2026-11-23T08:00:00Z a"});
    CHECK_FALSE(posts->find(id)->follows);
    at("2026-11-23T09:00:00Z");
    found("b");
    step();
    CHECK(mailings().size() == 1);
}

TEST_CASE_METHOD(DigestFixture, "a moment that passed while the daemon was down mails what was ready") {
    notes().digest.reset();
    at("2026-11-22T09:00:00Z");
    found("a");
    step();
    at("2026-11-23T12:00:00Z");
    step();
    CHECK(mailings() == Lines{"2026-11-23T12:00:00Z a"});
}

TEST_CASE_METHOD(DigestFixture, "a post found in the quiet hours is planned when the window opens") {
    notes().digest.reset();
    notes().schedule = {};
    notes().window = config::SendWindow{.from = 7h, .to = 22h, .zone = "UTC"};
    at("2026-11-22T23:00:00Z");
    found("a");
    step();
    CHECK(mailings().empty());
    at("2026-11-23T07:00:00Z");
    step();
    at("2026-11-23T12:00:00Z");
    found("b");
    step();
    CHECK(mailings() == Lines{"2026-11-23T07:00:00Z a", "2026-11-23T12:00:00Z b"});
}

TEST_CASE_METHOD(DigestFixture, "another newsletter's posts are in no digest of this one") {
    at("2026-11-22T07:00:00Z");
    step();
    posts->record(posts->source("other", "feed"), {.id = "x", .title = "X"}, PostState::ready, "",
                  clock.now());
    at("2026-11-22T08:00:00Z");
    step();
    CHECK(mailings().empty());
}
