#include "pipeline/plan/series_planner.hpp"

#include <catch2/catch.hpp>

#include "audience/audience_store.hpp"
#include "pipeline/fixture.hpp"
#include "pipeline/plan/clock_jump.hpp"
#include "queue/admin/closing_account.hpp"
#include "queue/store/archive_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/claiming.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::MailingState;
using Names = std::vector<std::string>;

namespace {

// Letters are put into the store as a look at their folder would; what is claimed is sent at once.
struct Series {
    Series() {
        newsletter.name = "notes";
        newsletter.welcome = config::Source{.kind = config::SourceKind::folder, .letters = true};
        dir.write("placeholder", "");
        folder({{"hello", 0h}, {"tips", 3 * day}, {"more", 7 * day}});
    }
    static constexpr Duration day = 24h;

    void folder(std::vector<std::pair<std::string, Duration>> letters) {
        feed::FeedResult found;
        for (const auto& [name, after] : letters) {
            found.posts.push_back({.id = name, .title = name + edited[name], .html = "<p>x</p>"});
            found.after[name] = after;
        }
        test::committed(database, [&] {
            post::PostStore posts(database);
            auto source = posts.source("notes", "/letters");
            if (source.last_look) source.last_look = clock.now() - 1min;
            post::LetterStore(database).take(source, found, clock.now());
            source.last_look = clock.now();
            posts.save(source);
        });
    }
    std::int64_t join(const std::string& address) {
        return test::committed(database, [&] {
            const auto id =
                audience::AudienceStore(database)
                    .subscribe("notes", {0, address, "", {}}, clock.now(), "page", audience::Again::yes)
                    .subscriber_id;
            audience::SeriesStore(database).join("notes", id, clock.now());
            return id;
        });
    }
    queue::Remaining plan() {
        return test::committed(database, [&] { return planner.plan_some(newsletter, clock.now()); });
    }
    // Plans and sends all that is due; what came to whom.
    Names send() {
        Names got;
        for (;;) {
            static_cast<void>(plan());
            const auto claimed = test::claim_due(database, Names{"notes"}, 100, clock.now());
            if (claimed.empty()) return got;
            for (const queue::Delivery& delivery : claimed) {
                got.push_back(delivery.recipient.substr(0, delivery.recipient.find('@')) + " " +
                              title_of(delivery.mailing_id));
                end(delivery, DeliveryState::sent);
            }
        }
    }
    // All that comes within so many days, looked at every hour.
    Names send_for(int days) {
        Names got;
        for (int hour = 0; hour < 24 * days; ++hour) {
            for (std::string& one : send()) got.push_back(std::move(one));
            clock.advance(1h);
        }
        return got;
    }
    void end(const queue::Delivery& delivery, DeliveryState state) {
        const queue::Outcome outcome{.kind = queue::OutcomeKind::accepted, .code = 250};
        test::committed(database, [&] {
            if (deliveries.record(delivery, outcome, {.state = state, .due = clock.now()}, "main",
                                  clock.now()))
                queue::MailingStore(database).settle(delivery.mailing_id, 1, clock.now());
        });
    }
    std::string title_of(std::int64_t mailing) {
        const auto post = queue::MailingStore(database).mailing(mailing).value().post_id;
        return post::PostStore(database).find(post).value().post.title;
    }
    std::vector<queue::Mailing> mailings() { return queue::MailingStore(database).mailings(100); }
    audience::SeriesReader place_of(std::int64_t id) {
        return audience::SeriesStore(database).find("notes", id).value();
    }

    test::TempDir dir;
    test::ManualClock clock{"2031-01-06T10:00:00Z"};
    db::Database database = pipeline::open_database(dir.path());
    std::map<std::string, std::string> edited;
    config::Newsletter newsletter;
    test::MiddleRandom random;
    test::RememberedEvents events;
    queue::Providers providers;
    bool waits = false;
    queue::DeliveryStore deliveries{database};
    pipeline::SeriesPlanner planner{
        database, random, events, providers,
        [this](std::int64_t, bool, std::span<const queue::Addressee>) { return waits; }};
};

}  // namespace

TEST_CASE_METHOD(Series, "who joins gets the first letter at once and the others when their time comes") {
    join("ann@x.org");
    CHECK(send() == Names{"ann hello"});
    CHECK(send().empty());
    clock.advance(3 * day - 1min);
    CHECK(send().empty());
    clock.advance(1min);
    CHECK(send() == Names{"ann tips"});
    CHECK(send_for(10) == Names{"ann more"});
}

TEST_CASE_METHOD(Series,
                 "a letter's mailing is done whenever nobody waits for it, and goes on for the next reader") {
    join("ann@x.org");
    CHECK(send() == Names{"ann hello"});
    REQUIRE(mailings().size() == 1);
    CHECK(mailings().front().state == MailingState::done);
    CHECK(mailings().front().kind == queue::MailingKind::letters);
    CHECK(mailings().front().title == "hello (welcome, after 0s)");
    join("bob@x.org");
    static_cast<void>(plan());
    CHECK(mailings().front().state == MailingState::sending);
    CHECK(send() == Names{"bob hello"});
    CHECK(mailings().size() == 1);
    CHECK(queue::ClosingAccount(database)
              .counts(mailings().front().id)
              .at(static_cast<std::size_t>(queue::Place::accepted)) == 2);
}

TEST_CASE_METHOD(Series, "a letter has another mailing for the readers of the next week") {
    join("ann@x.org");
    CHECK(send() == Names{"ann hello"});
    clock.advance(7 * day - 1s);
    join("bob@x.org");
    static_cast<void>(send());
    CHECK(mailings().size() == 2);  // Ann's second letter
    clock.advance(1s);
    join("cid@x.org");
    static_cast<void>(send());
    CHECK(mailings().size() == 3);
}

TEST_CASE_METHOD(Series, "the archive knows nothing of letters") {
    join("ann@x.org");
    CHECK(send() == Names{"ann hello"});
    test::committed(database,
                    [&] { queue::ArchiveStore(database).note_sent(mailings().front().id, clock.now()); });
    CHECK(queue::ArchiveStore(database).list("notes", 10).empty());
}

TEST_CASE_METHOD(Series, "an edited letter is what the next reader gets, and nobody gets it again") {
    join("ann@x.org");
    CHECK(send() == Names{"ann hello"});
    edited["hello"] = " anew";
    folder({{"hello", 0h}, {"tips", 3 * day}});
    join("bob@x.org");
    CHECK(send() == Names{"bob hello anew"});
    CHECK(send_for(1).empty());
}

TEST_CASE_METHOD(Series,
                 "a letter that is put in goes to those whose time for it comes, and to nobody else") {
    join("ann@x.org");
    CHECK(send_for(6) == Names{"ann hello", "ann tips"});
    join("bob@x.org");
    CHECK(send() == Names{"bob hello"});
    folder({{"hello", 0h}, {"between", 5 * day}, {"tips", 3 * day}, {"more", 7 * day}});
    CHECK(send_for(10) == Names{"ann more", "bob tips", "bob between", "bob more"});
}

TEST_CASE_METHOD(Series,
                 "a letter that is put in at the end is nothing for those whose time for it has passed") {
    join("ann@x.org");
    CHECK(send_for(30).size() == 3);
    join("bob@x.org");
    folder({{"hello", 0h}, {"last", 20 * day}});
    CHECK(send_for(30) == Names{"bob hello", "bob last"});
}

TEST_CASE_METHOD(Series, "a letter that is taken away goes to nobody, and what is left comes as before") {
    join("ann@x.org");
    CHECK(send() == Names{"ann hello"});
    folder({{"hello", 0h}, {"more", 7 * day}});
    CHECK(send_for(10) == Names{"ann more"});
}

TEST_CASE_METHOD(Series, "a letter whose time is moved comes then, and to nobody twice") {
    join("ann@x.org");
    CHECK(send_for(4) == Names{"ann hello", "ann tips"});
    join("bob@x.org");
    CHECK(send() == Names{"bob hello"});
    folder({{"hello", 0h}, {"tips", 9 * day}, {"more", 7 * day}});
    CHECK(send_for(12) == Names{"ann more", "bob more", "bob tips"});
}

TEST_CASE_METHOD(Series, "letters of the same time come one after the other by their names") {
    folder({{"b", 0h}, {"a", 0h}});
    join("ann@x.org");
    CHECK(send() == Names{"ann a", "ann b"});
}

TEST_CASE_METHOD(Series, "the next letter waits while the one before is on its way") {
    folder({{"a", 0h}, {"b", 1h}});
    const auto ann = join("ann@x.org");
    static_cast<void>(plan());
    clock.advance(2h);
    static_cast<void>(plan());
    CHECK(deliveries.count_open(ann) == 1);
    CHECK(place_of(ann).due == clock.now() + 10min);
    CHECK(send() == Names{"ann a"});
    clock.advance(10min);
    CHECK(send() == Names{"ann b"});
}

TEST_CASE_METHOD(Series, "a copy that a person holds keeps nobody from the next letter") {
    folder({{"a", 0h}, {"b", 1h}});
    join("ann@x.org");
    static_cast<void>(plan());
    const auto claimed = test::claim_due(database, Names{"notes"}, 1, clock.now());
    end(claimed.at(0), DeliveryState::held);
    clock.advance(1h);
    CHECK(send() == Names{"ann b"});
}

TEST_CASE_METHOD(Series, "after days without the program late letters come one a day") {
    folder({{"a", 0h}, {"b", day}, {"c", 2 * day}, {"d", 30 * day}});
    newsletter.schedule = config::parse_schedule("daily 08:00").value();
    join("ann@x.org");
    clock.advance(5 * day + 6h);
    CHECK(send() == Names{"ann a"});
    CHECK(send_for(1) == Names{"ann b"});
    CHECK(send_for(1) == Names{"ann c"});
    CHECK(send_for(18).empty());
    CHECK(send_for(10) == Names{"ann d"});
}

TEST_CASE_METHOD(Series, "another time of day holds for those who wait already") {
    const auto ann = join("ann@x.org");
    CHECK(send() == Names{"ann hello"});
    CHECK(place_of(ann).due == parse_rfc3339("2031-01-09T10:00:00Z").value());
    newsletter.schedule = config::parse_schedule("daily 08:00").value();
    static_cast<void>(plan());
    CHECK(place_of(ann).due == parse_rfc3339("2031-01-09T08:00:00Z").value());
}

TEST_CASE_METHOD(Series, "leaving ends the series, and who comes back goes on where he was") {
    const auto ann = join("ann@x.org");
    CHECK(send_for(4) == Names{"ann hello", "ann tips"});
    test::committed(database, [&] { audience::AudienceStore(database).leave("notes", ann, clock.now()); });
    CHECK(send_for(20).empty());
    CHECK(place_of(ann).ended_at);
    join("ann@x.org");
    CHECK(send_for(4).empty());
    CHECK(send_for(1) == Names{"ann more"});
    CHECK(send_for(10).empty());
}

TEST_CASE_METHOD(Series, "a suppression ends the series, and one that may be undone lets it wait") {
    const auto ann = join("ann@x.org");
    const auto bob = join("bob@x.org");
    CHECK(send().size() == 2);
    test::committed(database, [&] {
        audience::AudienceStore audience(database);
        audience.suppress({.address_key = "ann@x.org", .reason = "complaint", .created_at = clock.now()});
        audience.suppress({.address_key = "bob@x.org",
                           .reason = "bounced",
                           .provisional = true,
                           .mailing_id = 77,
                           .created_at = clock.now()});
    });
    CHECK(send_for(4).empty());
    CHECK(place_of(ann).ended_at);
    CHECK_FALSE(place_of(bob).ended_at);
    test::committed(database, [&] { audience::AudienceStore(database).undo_provisional(77); });
    CHECK(send_for(1) == Names{"bob tips"});
}

TEST_CASE_METHOD(Series, "who is not in the newsletter's segment when a letter is due is passed over") {
    newsletter.to = config::Segment::parse("tag 'beta'").value();
    const auto ann = join("ann@x.org");
    CHECK(send().empty());
    test::committed(database, [&] { audience::AudienceStore(database).set_tags(ann, {"beta"}); });
    CHECK(send_for(8) == Names{"ann tips", "ann more"});
}

TEST_CASE_METHOD(Series, "a letter whose mailing was cancelled is passed over until its text is another") {
    join("ann@x.org");
    static_cast<void>(plan());
    const auto mailing = mailings().front().id;
    test::committed(database, [&] {
        queue::MailingStore(database).cancel(mailing, clock.now());
        deliveries.sweep_cancelled(10, clock.now());
    });
    join("bob@x.org");
    CHECK(send().empty());
    edited["hello"] = " anew";
    folder({{"hello", 0h}, {"tips", 3 * day}, {"more", 7 * day}});
    join("cid@x.org");
    CHECK(send() == Names{"cid hello anew"});
    CHECK(send_for(4) == Names{"ann tips", "bob tips", "cid tips"});
}

TEST_CASE_METHOD(Series, "copies wait in a paused mailing, and so do the letters behind them") {
    folder({{"a", 0h}, {"b", day}});
    join("ann@x.org");
    static_cast<void>(plan());
    const auto mailing = mailings().front().id;
    test::committed(database, [&] { CHECK(queue::MailingStore(database).pause(mailing, "by hand")); });
    join("bob@x.org");
    CHECK(send_for(3).empty());
    CHECK(deliveries.progress(mailing).waiting == 2);
    test::committed(database, [&] { CHECK(queue::MailingStore(database).resume(mailing, clock.now())); });
    CHECK(send() == Names{"ann a", "bob a"});
    CHECK(send_for(2) == Names{"ann b", "bob b"});
    CHECK(queue::MailingStore(database).mailing(mailing)->state == MailingState::done);
}

TEST_CASE_METHOD(Series, "a copy that must wait is made later, and nothing is noted before") {
    waits = true;
    const auto ann = join("ann@x.org");
    CHECK(plan() == queue::Remaining::waiting);
    CHECK_FALSE(place_of(ann).place);
    CHECK(deliveries.count_open(ann) == 0);
    waits = false;
    CHECK(send() == Names{"ann hello"});
}

TEST_CASE_METHOD(Series, "many readers are looked at in steps") {
    for (int i = 0; i < 600; ++i) join("r" + std::to_string(i) + "@x.org");
    CHECK(plan() == queue::Remaining::some);
    CHECK(plan() == queue::Remaining::some);
    CHECK(plan() == queue::Remaining::nothing);
    CHECK(deliveries.size_of(mailings().front().id) == 600);
}

TEST_CASE_METHOD(Series, "an empty folder sends nothing, and nobody's time for a later letter is lost") {
    folder({});
    join("ann@x.org");
    CHECK(send().empty());
    clock.advance(day);
    folder({{"later", 3 * day}});
    CHECK(send_for(4) == Names{"ann later"});
}

TEST_CASE_METHOD(Series,
                 "who joined by a clock that was three years ahead gets the letters by the right one") {
    const Time now = clock.now();
    clock.advance(3 * 365 * day);
    folder({{"hello", 0h}, {"tips", 3 * day}, {"news", 5 * day}});
    join("ann@example.org");
    CHECK(send() == Names{"ann hello"});
    config::Settings settings;
    settings.newsletters = {newsletter};
    pipeline::follow_clock(database, settings, {.from = clock.now(), .to = now});
    clock.set(now);
    CHECK(send_for(4) == Names{"ann tips"});
    CHECK(send_for(4) == Names{"ann news"});
    join("bo@example.org");
    CHECK(send_for(6) == Names{"bo hello", "bo tips", "bo news"});
}
