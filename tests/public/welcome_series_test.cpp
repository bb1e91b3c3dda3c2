// A welcome series over a year of simulated time, as in docs/welcome.md: readers who join by the page and leave, letters
// that are edited and put in between, a daemon that is killed and stays away for days. What each reader got is compared
// with what the folder said. Ten thousand readers over a year run by name: public_tests "[long]".
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "audience/series_store.hpp"
#include "db/raw_sql.hpp"
#include "net/http_client.hpp"
#include "pipeline/fixture.hpp"
#include "pipeline/plan/delivery_planner.hpp"
#include "pipeline/plan/departure.hpp"
#include "pipeline/plan/letter_time.hpp"
#include "post/poller.hpp"
#include "public/join_fixture.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/claiming.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

struct NoHttp final : net::HttpClient {
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest&) override {
        throw net::Cancelled();
    }
};

// A letter as the folder has had it.
struct Kept {
    Duration after{0};
    std::optional<Time> missed_by{};  // the last look that did not find it
    std::optional<Time> found{};
    std::vector<std::pair<Time, std::string>> texts;  // since when
};

struct Got {
    std::string letter;
    std::string text;
    Time made{};
};

struct Someone {
    std::string address;
    Time joins{};
    std::optional<Time> leaves;
    std::optional<Time> comes_back;
    std::vector<Got> got;  // in the order of their coming
    std::int64_t id = 0;
    // When he left:
    std::optional<std::size_t> got_by_then;
    std::optional<audience::SeriesPlace> place;
};

struct Plan {
    std::size_t readers = 200;
    Duration time = 70 * 24h;
    Duration tick = 6h;
    std::uint64_t seed = 1;
};

// What the process of the daemon holds.
struct Office {
    Office(const config::Settings& settings, const Clock& clock, Random& random)
        : database(pipeline::open_database(settings.data_dir)),
          planner(database, settings, random, events),
          poller(database, http, clock, random) {}

    test::RememberedEvents events;
    NoHttp http;
    db::Database database;
    pipeline::DeliveryPlanner planner;
    post::Poller poller;
};

class Year : public test::JoinFixture {
  public:
    explicit Year(const Plan& plan) : plan_(plan), random_(plan.seed) {
        clock.set(parse_rfc3339("2031-01-03T09:12:00Z").value());
        start_ = clock.now();
        config::Source folder{.kind = config::SourceKind::folder, .location = (letters_ / "").string()};
        folder.every = 1s;
        folder.letters = true;
        notes().welcome = folder;
        notes().schedule = config::parse_schedule("daily 07:30").value();
        notes().schedule.zone = "Europe/London";
        write("0-hello", 0h);
        write("1-settings", 12h);
        write("2-favourites", 3 * 24h);
        write("3-questions", 7 * 24h);
        write("4-farewell", 30 * 24h);
        for (std::size_t i = 0; i < plan.readers; ++i) people_.push_back(somebody(i));
        std::ranges::sort(people_, {}, &Someone::joins);
    }

    void run() {
        office_.emplace(settings, clock, random_);
        const Time end = start_ + plan_.time + 68 * 24h;
        std::size_t next = 0;
        Time away_until{};
        for (; clock.now() < end; clock.advance(plan_.tick)) {
            const bool quiet = clock.now() > start_ + plan_.time;
            if (!quiet) edit();
            while (next < people_.size() && people_[next].joins <= clock.now()) join(people_[next++]);
            come_and_go();
            if (!quiet && happens(plan_.tick, 40 * 24h)) away_until = clock.now() + days(1, 4);
            if (clock.now() < away_until) {
                office_.reset();
                continue;
            }
            if (!office_) start_again();
            work();
        }
    }

    void check() {
        std::size_t letters = 0;
        for (const Someone& someone : people_) {
            INFO("seed " << plan_.seed << ", " << someone.address << ", joined "
                         << format_rfc3339(someone.joins));
            letters += someone.got.size();
            check_order(someone);
            if (!someone.got_by_then) {
                check_stayed(someone);
            } else {
                check_left(someone);
                if (someone.comes_back) check_came_back(someone);
            }
        }
        CHECK(letters > plan_.readers * 3);
        CHECK(kills_ > 0);
        CHECK(edits_ > 1);
        INFO("letters " << letters << ", kills " << kills_ << ", doubts " << doubts_);
    }

  private:
    Someone somebody(std::size_t i) {
        Someone one{
            .address = fmt::format("reader{}@example.org", i),
            .joins =
                start_ + plan_.tick +
                Duration(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(plan_.time.count())))),
            .leaves = {},
            .comes_back = {},
            .got = {},
            .got_by_then = {},
            .place = {}};
        if (below(4) == 0) one.leaves = one.joins + plan_.tick + days(0, 20);
        if (one.leaves && below(3) == 0) one.comes_back = *one.leaves + days(1, 10);
        return one;
    }
    std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
    Duration days(std::uint64_t from, std::uint64_t to) {
        return 1h * static_cast<std::int64_t>(24 * from + below(24 * (to - from)));
    }
    // Once in `every`, on average.
    bool happens(Duration within, Duration every) {
        return below(static_cast<std::uint64_t>(every / within)) == 0;
    }

    // --- The folder
    void write(const std::string& name, Duration after) {
        Kept& kept = folder_[name];
        kept.after = after;
        const std::string text = fmt::format("{} as of {}", name, kept.texts.size() + 1);
        kept.texts.emplace_back(clock.now(), text);
        letters_.write(name + ".md",
                       fmt::format("---\ntitle: {}\nafter: {}h\n---\nText.\n", text, after / 1h));
    }
    void edit() {
        const Duration passed = clock.now() - start_;
        const auto at = [&](double share) {
            const auto moment = std::chrono::duration_cast<Duration>(plan_.time * share);
            return passed >= moment && passed < moment + plan_.tick;
        };
        if (at(0.25)) write("1-between", 24h);
        if (at(0.4)) write("3-same-day", 7 * 24h);
        if (at(0.6)) write("3-later", 14 * 24h);
        if (at(0.8)) write("0-at-once-too", 0h);
        if (!happens(plan_.tick, 10 * 24h)) return;
        auto letter = folder_.begin();
        std::advance(letter, static_cast<std::ptrdiff_t>(below(folder_.size())));
        write(letter->first, letter->second.after);
        ++edits_;
    }

    // --- Readers
    void join(Someone& someone) {
        const auto link = asked_link(someone.address);
        REQUIRE(joining.confirm(link));
        someone.joins = clock.now();
        someone.id = (*audience).find(someone.address)->id;
        by_id_[someone.id] = &someone;
        if (someone.leaves) moves_.emplace(*someone.leaves, &someone);
    }
    void come_and_go() {
        while (!moves_.empty() && moves_.begin()->first <= clock.now()) {
            Someone& someone = *moves_.begin()->second;
            moves_.erase(moves_.begin());
            if ((*audience).is_active("notes", someone.id)) {
                leave(someone);
            } else {
                REQUIRE(joining.confirm(asked_link(someone.address)));
                someone.comes_back = clock.now();
            }
        }
    }
    void leave(Someone& someone) {
        pipeline::Departure departure(database, clock, nullptr);
        CHECK(departure.leave({.newsletter = "notes", .subscriber_id = someone.id}));
        someone.leaves = clock.now();
        someone.got_by_then = someone.got.size();
        someone.place = audience::SeriesStore(database).find("notes", someone.id).value().place;
        if (someone.comes_back) moves_.emplace(std::max(*someone.comes_back, clock.now()), &someone);
    }

    // --- The daemon
    void start_again() {
        office_.emplace(settings, clock, random_);
        test::Committing<queue::DeliveryStore>(office_->database)
            ->recover_interrupted(settings.retry, config::OnDoubt::resend, clock.now(), random_);
    }
    void kill() {
        ++kills_;
        office_.reset();
        start_again();
    }
    void work() {
        look();
        release_held();
        for (int steps = 0; steps < 500; ++steps) {
            if (happens(plan_.tick, 3 * 24h)) {
                // In the middle of a commit: nothing of it is on disk.
                db::Transaction lost(office_->database);
                static_cast<void>(office_->planner.prepare_deliveries(clock.now()));
                ++kills_;
            }
            const auto remaining = test::committed(
                office_->database, [&] { return office_->planner.prepare_deliveries(clock.now()); });
            const bool sent = send();
            if (!sent && remaining == queue::Remaining::nothing) return;
        }
        FAIL("the planner finds no end");
    }
    void look() {
        static_cast<void>(office_->poller.poll(notes(), *notes().welcome));
        for (auto& [name, kept] : folder_) {
            if (kept.found) continue;
            kept.missed_by = last_look_;
            kept.found = clock.now();
        }
        last_look_ = clock.now();
    }
    // What was in doubt twice waits for a person.
    void release_held() {
        test::committed(office_->database, [&] {
            db::RawSql(office_->database).prepare("UPDATE deliveries SET state = 0 WHERE state = 4").run();
        });
    }
    bool send() {
        const std::vector<std::string> newsletters{"notes"};
        const auto claimed = test::claim_due(office_->database, newsletters, 1000, clock.now());
        for (const queue::Delivery& delivery : claimed) {
            const auto fate = below(400);
            if (fate == 0) {  // killed before it is sent: which nobody can know
                kill();
                return true;
            }
            arrive(delivery);
            if (fate == 1) {  // killed before that is on disk
                kill();
                return true;
            }
            accept(delivery);
        }
        return !claimed.empty();
    }
    // A copy of a message that was in doubt is the same message.
    void arrive(const queue::Delivery& delivery) {
        if (!arrived_.insert(delivery.id).second) {
            ++doubts_;
            return;
        }
        const auto mailing = queue::MailingStore(office_->database).mailing(delivery.mailing_id).value();
        const auto post = post::PostStore(office_->database).find(mailing.post_id).value();
        CHECK(mailing.kind == queue::MailingKind::letters);
        const std::string& title = post.post.title;
        Someone& someone = *by_id_.at(delivery.subscriber_id);
        const bool reads = (*audience).is_active("notes", delivery.subscriber_id);
        CHECK(reads);
        someone.got.push_back({title.substr(0, title.find(' ')), title, clock.now()});
    }
    void accept(const queue::Delivery& delivery) {
        const queue::Outcome outcome{.kind = queue::OutcomeKind::accepted, .code = 250, .text = "ok"};
        test::committed(office_->database, [&] {
            const queue::Step step{.state = queue::DeliveryState::sent, .due = clock.now()};
            if (queue::DeliveryStore(office_->database).record(delivery, outcome, step, "main", clock.now()))
                queue::MailingStore(office_->database).settle(delivery.mailing_id, 1, clock.now());
        });
    }

    // --- What the folder said
    static std::vector<std::string> names(std::span<const Got> got) {
        std::vector<std::string> all;
        for (const Got& one : got) all.push_back(one.letter);
        return all;
    }
    [[nodiscard]] const config::Newsletter& notes_() const { return settings.newsletters[0]; }
    [[nodiscard]] bool is_for(const Kept& kept, Time joined) const {
        return joined + kept.after >= std::min(kept.missed_by.value_or(*kept.found), *kept.found - 1h);
    }
    // The letters of one who joined then, was there until `until`, and has got `got` in this order.
    [[nodiscard]] std::vector<std::string> letters_for(Time joined, std::optional<Time> until,
                                                       std::span<const Got> got) const {
        std::vector<std::pair<Duration, std::string>> order;
        for (const auto& [name, kept] : folder_) {
            const bool came_in_time = is_for(kept, joined) && (!until || *kept.found < *until);
            // Who was already beyond it does not go back.
            const bool beyond = std::ranges::any_of(
                got, [&, place = std::pair(kept.after, name), found = *kept.found](const Got& one) {
                    return one.made < found && std::pair(folder_.at(one.letter).after, one.letter) > place;
                });
            if (came_in_time && !beyond) order.emplace_back(kept.after, name);
        }
        std::ranges::sort(order);
        std::vector<std::string> all;
        for (auto& [after, name] : order) all.push_back(std::move(name));
        return all;
    }
    void check_stayed(const Someone& someone) const {
        CHECK(names(someone.got) == letters_for(someone.joins, {}, someone.got));
    }
    void check_left(const Someone& someone) const {
        const std::span got(someone.got.begin(), *someone.got_by_then);
        auto wanted = letters_for(someone.joins, someone.leaves, got);
        const auto due = std::ranges::count_if(wanted, [&](const std::string& name) {
            return pipeline::letter_due(notes_().schedule, someone.joins, folder_.at(name).after) + late <=
                   *someone.leaves;
        });
        REQUIRE(got.size() <= wanted.size());
        CHECK(static_cast<std::ptrdiff_t>(got.size()) >= due);
        wanted.resize(got.size());
        CHECK(names(got) == wanted);
    }
    void check_came_back(const Someone& someone) const {
        const std::span got = std::span(someone.got).subspan(*someone.got_by_then);
        const Duration reached = someone.place ? someone.place->after : Duration(0);
        auto wanted = letters_for(*someone.comes_back - reached, {}, got);
        std::erase_if(wanted, [&](const std::string& name) {
            return someone.place &&
                   std::pair(folder_.at(name).after, name) <= std::pair(reached, someone.place->letter);
        });
        CHECK(names(got) == wanted);
    }
    void check_order(const Someone& someone) {
        std::set<std::string> seen;
        for (const Got& got : someone.got) {
            const Kept& kept = folder_.at(got.letter);
            CHECK(seen.insert(got.letter).second);
            const auto newest = std::find_if(kept.texts.rbegin(), kept.texts.rend(),
                                             [&](const auto& text) { return text.first <= got.made; });
            // What had been made before may come later by a doubt, or a killed process.
            const bool present = newest != kept.texts.rend() && newest->second == got.text;
            const bool one_before = newest != kept.texts.rend() && std::next(newest) != kept.texts.rend() &&
                                    std::next(newest)->second == got.text &&
                                    got.made - newest->first < 2 * 24h;
            CHECK((present || one_before));
            if (!someone.comes_back)
                CHECK(got.made >= pipeline::letter_due(notes().schedule, someone.joins, kept.after));
        }
    }
    // The longest time away, and a day for each letter that waited meanwhile.
    static constexpr Duration late = 10 * 24h;

    Plan plan_;
    test::SeededRandom random_;
    test::TempDir letters_;
    Time start_{};
    std::map<std::string, Kept> folder_;
    std::vector<Someone> people_;
    std::map<std::int64_t, Someone*> by_id_;
    std::multimap<Time, Someone*> moves_;  // who leaves or comes back, and when
    std::optional<Office> office_;
    std::set<std::int64_t> arrived_;
    std::optional<Time> last_look_;
    std::size_t kills_ = 0;
    std::size_t doubts_ = 0;
    std::size_t edits_ = 0;
};

}  // namespace

// Takes some seconds with sanitizers: a series needs its weeks, and a newsletter its readers.
TEST_CASE("everybody gets exactly what the folder of a welcome series said, and nothing twice") {
    Year year({});
    year.run();
    year.check();
}

TEST_CASE("ten thousand readers of a welcome series through a year", "[.][long]") {
    Year year({.readers = 10'000, .time = 365 * 24h, .tick = 3h, .seed = 7});
    year.run();
    year.check();
}
