#include "control/closing_statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "control/desk_fixture.hpp"
#include "control/mailings.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/plan/departure.hpp"
#include "queue/admin/queue_control.hpp"
#include "support/claiming.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::Place;

namespace {

std::map<std::string, std::int64_t> counts_of(const control::ClosingStatement& statement) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& line : statement.lines) {
        if (line.readers != 0) counts.emplace(queue::to_string(line.place), line.readers);
    }
    return counts;
}

// A mailing through whatever may happen to it, at random, and beside it a book that says of each reader where he is.
// Nothing of the book is read from the database.
class History {
  public:
    explicit History(unsigned seed) : chance_(seed), random_(seed) {
        for (int i = 1; i <= readers; ++i) {
            store()->subscribe("notes", {.address = address(i)}, clock_.now(), "test");
            if (one_in(6)) suppress(i);
        }
        mailing_ = mailings()
                       ->create_mailing({.newsletter = "notes",
                                         .post_id = 1,
                                         .title = "A post",
                                         .key = "k",
                                         .not_before = clock_.now()},
                                        clock_.now())
                       .value();
        mailings()->start_due(clock_.now());
    }

    void live(int events) {
        for (int i = 0; i < events; ++i) {
            happen(below(13));
            if (one_in(8)) die();
            INFO("event " << i);
            CHECK(statement() == book());
        }
    }

  private:
    static constexpr int readers = 24;
    using Book = std::map<std::string, std::int64_t>;

    static std::string address(int reader) { return fmt::format("r{}@example.org", reader); }
    int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(chance_); }
    bool one_in(int bound) { return below(bound) == 0; }
    int anybody() { return 1 + below(readers); }
    test::Committing<audience::AudienceStore> store() {
        return test::Committing<audience::AudienceStore>(*database_);
    }
    test::Committing<queue::MailingStore> mailings() {
        return test::Committing<queue::MailingStore>(*database_);
    }
    test::Committing<queue::DeliveryStore> deliveries() {
        return test::Committing<queue::DeliveryStore>(*database_);
    }

    void happen(int event) {
        clock_.advance(1min);
        switch (event) {
            case 0:
            case 1:
            case 2:
                return fan_out();
            case 3:
                return leave(anybody());
            case 4:
                return suppress(anybody());
            case 5:
                return hold_or_release();
            case 6:
                return one_in(5) ? cancel() : fan_out();
            case 7:
                return one_in(4) ? again() : send();
            default:
                return send();
        }
    }

    // A few at a time, so that histories break off in between.
    void fan_out() {
        if (cancelled_ || fanned_out_) return;
        db::Transaction transaction(*database_);
        const auto reached = audience::AudienceStore(*database_).reach("notes", cursor_, 1 + below(8));
        std::vector<queue::Addressee> addressees;
        for (const auto& reader : reached.readers) addressees.push_back({reader.id, reader.address});
        queue::DeliveryStore(*database_).add_deliveries(mailing_, addressees, clock_.now());
        queue::MailingStore(*database_)
            .pass_over(mailing_, reached.last, static_cast<std::int64_t>(reached.suppressed));
        if (reached.complete) queue::MailingStore(*database_).finish_fan_out(mailing_, clock_.now());
        if (one_in(4)) return;  // the power fails before the commit
        transaction.commit();
        for (int reader = static_cast<int>(cursor_) + 1; reader <= reached.last; ++reader) {
            if (gone_.contains(reader)) continue;
            where_[reader] = suppressed_.contains(reader) ? Place::suppressed : Place::waiting;
            if (!suppressed_.contains(reader)) has_delivery_.insert(reader);
        }
        cursor_ = reached.last;
        fanned_out_ = reached.complete;
    }

    // Claimed ones end in one way or another, or stay claimed.
    void send() {
        const std::vector<std::string> notes{"notes"};
        for (auto& delivery : test::claim_due(*database_, notes, 1 + below(4), clock_.now() + 240h)) {
            const auto reader = static_cast<int>(delivery.subscriber_id);
            where_[reader] = Place::waiting;
            switch (below(7)) {
                case 0:
                    claimed_.insert(reader);
                    continue;
                case 1:
                    record(delivery, queue::OutcomeKind::rejected_policy, DeliveryState::refused,
                           Place::refused);
                    continue;
                case 2:
                    record(delivery, queue::OutcomeKind::perhaps_recipient, DeliveryState::bounced,
                           Place::bounced);
                    continue;
                case 3:
                    record(delivery, queue::OutcomeKind::deferred, DeliveryState::deferred, Place::waiting);
                    continue;
                case 4:
                    record(delivery, queue::OutcomeKind::deferred, DeliveryState::expired, Place::expired);
                    continue;
                case 5:
                    doubt(delivery);
                    continue;
                default:
                    record(delivery, queue::OutcomeKind::accepted, DeliveryState::sent, Place::accepted);
            }
        }
    }

    void record(const queue::Delivery& delivery, queue::OutcomeKind kind, DeliveryState state, Place place) {
        const bool final = deliveries()->record(
            delivery, {.kind = kind},
            {.state = state, .due = clock_.now() + 1h, .doubted = kind == queue::OutcomeKind::in_doubt},
            "main", clock_.now());
        if (final) mailings()->settle(mailing_, 1, clock_.now());
        where_[static_cast<int>(delivery.subscriber_id)] = place;
        note_attempt(static_cast<int>(delivery.subscriber_id), kind == queue::OutcomeKind::in_doubt);
    }
    void note_attempt(int reader, bool doubt) {
        if (doubt) {
            doubted_last_.insert(reader);
        } else {
            doubted_last_.erase(reader);
        }
    }
    // Once more, and the second time it is left for a person.
    void doubt(const queue::Delivery& delivery) {
        const auto reader = static_cast<int>(delivery.subscriber_id);
        const bool second = ++doubts_[reader] > 1;
        record(delivery, queue::OutcomeKind::in_doubt, second ? DeliveryState::held : DeliveryState::in_doubt,
               second ? Place::held_in_doubt : Place::in_doubt);
    }

    // What was claimed may have arrived.
    void die() {
        database_ = pipeline::open_database(dir_.path());
        deliveries()->recover_interrupted({}, config::OnDoubt::resend, clock_.now(), random_);
        for (const int reader : claimed_) {
            where_[reader] = ++doubts_[reader] > 1 ? Place::held_in_doubt : Place::in_doubt;
            note_attempt(reader, true);
        }
        claimed_.clear();
    }

    void leave(int reader) {
        if (gone_.contains(reader)) return;
        pipeline::Departure(*database_, clock_, nullptr).remove("notes", address(reader));
        gone_.insert(reader);
        end(reader, Place::left);
    }
    void suppress(int reader) {
        if (suppressed_.contains(reader)) return;
        pipeline::Departure(*database_, clock_, nullptr).suppress(address(reader), "by hand", "");
        suppressed_.insert(reader);
        end(reader, Place::suppressed);
    }
    void end(int reader, Place place) {
        if (!has_delivery_.contains(reader) || !is_open(where_.at(reader)) || cancelled_) return;
        where_[reader] = place;
        claimed_.erase(reader);
    }
    static bool is_open(Place place) {
        return place == Place::waiting || place == Place::held || place == Place::in_doubt ||
               place == Place::held_in_doubt;
    }

    void hold_or_release() {
        const int reader = anybody();
        if (!has_delivery_.contains(reader) || cancelled_ || claimed_.contains(reader)) return;
        const auto apply = [&](queue::QueueAction action) {
            queue::QueueControl(*database_)
                .apply(action, {.recipient_like = address(reader)}, false, clock_.now());
        };
        Place& place = where_[reader];
        if (place == Place::waiting || place == Place::in_doubt) {
            apply(queue::QueueAction::hold);
            place = doubted_last_.contains(reader) ? Place::held_in_doubt : Place::held;
        } else if (place == Place::held) {
            apply(queue::QueueAction::release);
            place = Place::waiting;
        }
    }

    void cancel() {
        control::Desk desk(settings(), clock_, "anna");
        if (!control::Mailings(desk).cancel(mailing_)) return;
        cancelled_ = true;
        claimed_.clear();
        for (auto& [reader, place] : where_) {
            if (has_delivery_.contains(reader) && is_open(place)) place = Place::cancelled;
        }
        if (fanned_out_) return;
        for (int reader = static_cast<int>(cursor_) + 1; reader <= readers; ++reader) {
            if (!gone_.contains(reader)) where_[reader] = Place::cancelled;
        }
    }

    // Sends again what was refused, bounced, expired or cancelled, to those who still read.
    void again() {
        control::Desk desk(settings(), clock_, "anna");
        REQUIRE(control::Mailings(desk).retry(mailing_, {}));
        for (auto& [reader, place] : where_) {
            const bool ended = place == Place::refused || place == Place::bounced ||
                               place == Place::expired || place == Place::cancelled || place == Place::left;
            if (!has_delivery_.contains(reader) || !ended) continue;
            if (!gone_.contains(reader) && !suppressed_.contains(reader)) place = Place::waiting;
        }
        if (!cancelled_) return;
        const bool reopened = !fanned_out_ || waits();
        cancelled_ = !reopened;
        if (!fanned_out_) std::erase_if(where_, [this](const auto& each) { return each.first > cursor_; });
    }
    bool waits() const {
        return std::ranges::any_of(where_, [this](const auto& each) {
            return has_delivery_.contains(each.first) && is_open(each.second);
        });
    }

    Book book() const {
        Book counts;
        for (int reader = 1; reader <= readers; ++reader) {
            if (const auto found = where_.find(reader); found != where_.end()) {
                ++counts[std::string(queue::to_string(found->second))];
            } else if (!fanned_out_ && !gone_.contains(reader)) {
                const Place place = suppressed_.contains(reader) ? Place::suppressed : Place::waiting;
                ++counts[std::string(queue::to_string(place))];
            }
        }
        return counts;
    }
    Book statement() {
        control::Desk desk(settings(), clock_, "anna");
        const auto view = control::Mailings(desk).show(mailing_).value();
        std::int64_t sum = 0;
        for (const auto& line : view.closing->lines) sum += line.readers;
        CHECK(view.closing->audience == sum);
        return counts_of(*view.closing);
    }
    const config::Settings& settings() {
        settings_.data_dir = dir_.path();
        return settings_;
    }

    test::TempDir dir_;
    test::ManualClock clock_;
    std::mt19937 chance_;
    test::SeededRandom random_;
    config::Settings settings_;
    std::optional<db::Database> database_ = pipeline::open_database(dir_.path());
    std::int64_t mailing_ = 0;
    // The book.
    std::int64_t cursor_ = 0;
    bool fanned_out_ = false;
    bool cancelled_ = false;
    std::set<int> gone_;
    std::set<int> suppressed_;
    std::set<int> has_delivery_;
    std::set<int> claimed_;
    std::map<int, int> doubts_;
    std::set<int> doubted_last_;  // whose last attempt may have arrived
    std::map<int, Place> where_;  // of those whom the fan-out, or a cancelling, has come to
};

void live_through(unsigned first_seed, unsigned count) {
    for (unsigned seed = first_seed; seed < first_seed + count; ++seed) {
        INFO("seed " << seed);
        History(seed).live(40);
    }
}

}  // namespace

TEST_CASE("the closing statement is exact through some random histories with kills") {
    live_through(1, 6);
}

// Over a minute: by name only.
TEST_CASE("the closing statement is exact through 1 000 random histories with kills", "[.][long]") {
    live_through(1000, 1000);
}

TEST_CASE_METHOD(test::DeskFixture, "a mailing that is shown ends with a statement, and a listing has none") {
    const auto id = mailing_to(3);
    const auto view = control::Mailings(desk).show(id).value();
    REQUIRE(view.closing);
    CHECK(view.closing->audience == 3);
    const auto json = nlohmann::json::parse(control::to_json(view)).at("closing");
    CHECK(json.at("audience") == 3);
    CHECK(json.at("waiting") == 3);
    CHECK(json.at("held_in_doubt") == 0);
    CHECK(json.size() == 1 + queue::place_count);
    CHECK_FALSE(control::Mailings(desk).list(1).at(0).closing);
}

TEST_CASE_METHOD(test::DeskFixture, "the readers of a line are listed, with what the server said last") {
    const auto id = mailing_to(3);
    test::Committing<queue::DeliveryStore> deliveries(database());
    const std::vector<std::string> notes{"notes"};
    const auto taken = test::claim_due(database(), notes, 1, clock.now()).at(0);
    deliveries->record(taken, {.kind = queue::OutcomeKind::rejected_policy, .code = 554, .text = "no spam"},
                       {.state = DeliveryState::refused, .due = clock.now()}, "main", clock.now());
    std::vector<queue::PlacedDelivery> listed;
    const auto list = [&](std::string_view place) {
        listed.clear();
        return control::list_place(desk, id, place, [&](const auto& delivery) {
            listed.push_back(delivery);
            return true;
        });
    };
    REQUIRE(list("refused"));
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].recipient == "r1@example.org");
    CHECK(listed[0].outcome.text == "no spam");
    CHECK(listed[0].tried == clock.now());
    REQUIRE(list("waiting"));
    CHECK(listed.size() == 2);
    CHECK(list("lost").error().code == control::Refusal::Code::malformed);
    CHECK(control::list_place(desk, 99, "held", {}).error().code == control::Refusal::Code::unknown);
}

TEST_CASE("every place has a word that is read back") {
    for (std::size_t i = 0; i < queue::place_count; ++i) {
        const auto place = static_cast<Place>(i);
        CHECK(queue::parse_place(queue::to_string(place)) == place);
    }
}

TEST_CASE_METHOD(test::DeskFixture, "who is not in the segment is no part of the audience") {
    test::Committing<audience::AudienceStore> store(database());
    store->subscribe("notes", {0, "a@example.org", {}, {}, {"beta"}}, clock.now(), "test");
    store->subscribe("notes", {0, "b@example.org", {}, {}, {}}, clock.now(), "test");
    settings.newsletters[0].to = config::Segment::parse("tag 'beta'").value();
    const auto id =
        test::Committing<queue::MailingStore>(database())
            ->create_mailing({.newsletter = "notes", .post_id = 1, .key = "k", .not_before = clock.now()},
                             clock.now())
            .value();
    CHECK(control::Mailings(desk).show(id)->closing->audience == 1);
    REQUIRE(control::Mailings(desk).cancel(id));
    CHECK(counts_of(*control::Mailings(desk).show(id)->closing) ==
          std::map<std::string, std::int64_t>{{"cancelled", 1}});
}
