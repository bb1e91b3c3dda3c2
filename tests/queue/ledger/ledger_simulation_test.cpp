// Whole mailings over relays with limits, on an injected clock: the ledger, its store and what couriers share
// (queue/relay/relay_line.hpp) as they are, couriers and relay by script. The couriers' own wait for their turn is
// on the steady clock and is left out: the ledger alone keeps the pace here.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "queue/ledger/limited_ledger.hpp"
#include "queue/ledger/limiting_relay.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::LimitingRelay;

namespace {

constexpr unsigned configured = 10;  // connections

Outcome reply(OutcomeKind kind, int code, std::string enhanced, std::string text) {
    return {.kind = kind,
            .stage = Stage::final_dot,
            .code = code,
            .enhanced = std::move(enhanced),
            .text = std::move(text)};
}

struct Figures {
    std::int64_t sent = 0;
    std::int64_t expired_or_failed = 0;
    std::int64_t most_attempts = 0;  // of a delivery: 1, the one that was accepted
    int slowed = 0;                  // refused for the rate
    int at_the_quota = 0;
    int turned_away = 0;    // connections
    double share = 0.0;     // of the relay's rate, while the quota lasted, after the first minute
    std::size_t lines = 0;  // in the journal
    Duration took{0};
};

struct Simulation : test::LimitedLedger {
    explicit Simulation(LimitingRelay it) : relay(std::move(it)) {
        settings.doubt_window = 50;
        settings.lanes[0].connections = configured;
        couriers.resize(configured);
    }

    Figures deliver(int readers) {
        ledger = &start();
        std::vector<std::string> domains;
        for (int i = 0; i < 40; ++i) domains.push_back(fmt::format("domain{}.example", i));
        const auto id = mailing_in(domains, readers / 40);
        const Time began = clock.now();
        Duration open{0};
        int after_first_minute = 0;
        while (mailings->mailing(id)->state != MailingState::done) {
            const int before = figures_.sent;
            work_couriers();
            const bool first_minute = clock.now() - began < 1min;
            if (!first_minute) after_first_minute += figures_.sent - before;
            const Time next = next_event();
            if (!first_minute && !resting) open += next - clock.now();
            if (clock.now() - began > 60 * 24h) break;  // a test that hangs helps nobody
            clock.set(next);
        }
        return sum_up(id, began, after_first_minute, open);
    }

  private:
    struct Courier {
        bool has_place = false;
        bool has_session = false;
        std::optional<Delivery> letter;
        Time answered{};
    };

    void relay_down(std::string_view name, const RelayHealth& health) override {
        LimitedLedger::relay_down(name, health);
        resting = true;
    }
    void relay_up(std::string_view name) override {
        LimitedLedger::relay_up(name);
        resting = false;
    }

    void work_couriers() {
        for (Courier& courier : couriers) {
            if (!courier.letter || courier.answered > clock.now()) continue;
            ledger->line(0).answered();
            ledger->hand_out().report(0, *std::exchange(courier.letter, std::nullopt), judge());
        }
        for (bool more = true; more;) {
            ledger->step();
            more = false;
            turned_away = false;  // the step has stored what that taught
            for (Courier& courier : couriers) {
                if (courier.letter || turned_away) continue;
                begin(courier);
                more = more || courier.letter || turned_away;
            }
        }
    }
    void begin(Courier& courier) {
        RelayLine& line = ledger->line(0);
        if (!courier.has_place) {
            const auto lesson = relays->relay_lessons("main").connections;
            if (line.places() >= lesson.allowed(configured, clock.now()) || !line.take_place()) return;
            courier.has_place = true;
        }
        auto taken = ledger->hand_out().take(0, 1);
        if (taken.empty()) return;
        if (!courier.has_session && !open_session(courier))
            return ledger->hand_out().give_back(0, taken.front());
        courier.letter = std::move(taken.front());
        courier.answered = clock.now() + relay.takes;
    }
    bool open_session(Courier& courier) {
        RelayLine& line = ledger->line(0);
        line.opening();
        if (sessions < relay.connections) {
            ++sessions;
            line.opened();
            courier.has_session = true;
            return true;
        }
        ++figures_.turned_away;
        turned_away = true;
        REQUIRE(line.turned_away("432 4.3.2 Concurrent connections limit exceeded"));
        courier.has_place = false;
        return false;
    }
    Outcome judge() {
        switch (relay.judge(clock.now())) {
            case OutcomeKind::accepted:
                ++figures_.sent;
                return reply(OutcomeKind::accepted, 250, "2.0.0", "OK");
            case OutcomeKind::relay_quota:
                ++figures_.at_the_quota;
                return reply(OutcomeKind::relay_quota, 550, "5.4.5", "Daily user sending limit exceeded");
            default:
                ++figures_.slowed;
                return reply(OutcomeKind::relay_slowed, 421, "4.7.0", "Try again later, closing connection");
        }
    }
    // When something can happen next: the ledger looks every 20 ms, or once a relay that rests may be tried.
    // Before a relay that takes a message every two seconds it looks every 200 ms, or hours of it would take
    // minutes.
    Time next_event() {
        Time next = clock.now() + (relay.per_second() < 1 ? 200ms : 20ms);
        bool at_work = false;
        for (const Courier& courier : couriers) {
            if (!courier.letter) continue;
            at_work = true;
            next = std::min(next, courier.answered);
        }
        if (at_work || !resting) return std::max(next, clock.now() + 1ms);
        return std::max(next, relays->relay_health("main").next_attempt.value_or(next));
    }
    Figures sum_up(std::int64_t id, Time began, int after_first_minute, Duration open) {
        Figures figures;
        const Progress progress = deliveries->progress(id);
        figures.sent = progress.sent;
        figures.expired_or_failed = progress.failed + progress.held + progress.dropped;
        figures.most_attempts = integer("SELECT max(attempts) FROM deliveries");
        figures.slowed = figures_.slowed;
        figures.at_the_quota = figures_.at_the_quota;
        figures.turned_away = figures_.turned_away;
        figures.share =
            after_first_minute / (std::chrono::duration<double>(open).count() * relay.per_second());
        figures.lines = said.size();
        figures.took = clock.now() - began;
        return figures;
    }

    LimitingRelay relay;
    Ledger* ledger = nullptr;
    std::vector<Courier> couriers;
    unsigned sessions = 0;
    bool resting = false;
    bool turned_away = false;
    struct {
        int sent = 0;
        int slowed = 0;
        int at_the_quota = 0;
        int turned_away = 0;
    } figures_;
};

// Everybody gets the mail, at nine tenths of what the relay allows while its quota lasts, and no attempt is
// counted but the one that succeeded.
void check(LimitingRelay relay, int readers) {
    for (const bool sliding : {false, true}) {
        relay.sliding = sliding;
        const Figures figures = Simulation(relay).deliver(readers);
        const std::string line = fmt::format(
            "{} of {} sent in {:.2f} h at {:.1f} % of the rate; refused for the rate {}, at the quota {}, "
            "connections turned away {}, lines {}",
            figures.sent, readers, std::chrono::duration<double>(figures.took).count() / 3600,
            100 * figures.share, figures.slowed, figures.at_the_quota, figures.turned_away, figures.lines);
        CAPTURE(sliding, line);
        if (readers >= 10'000) WARN(line);
        CHECK(figures.sent == readers);
        CHECK(figures.expired_or_failed == 0);
        CHECK(figures.most_attempts == 1);
        CHECK(figures.share >= 0.9);
        // Of a day's rest one each two hours, and the first few.
        const int days = relay.daily == 0 ? 0 : readers / static_cast<int>(relay.daily) + 1;
        CHECK(figures.at_the_quota <= 20 * days);
        // The first window is found out by being refused; later ones hardly.
        CHECK(figures.slowed <= 15 + readers / 50);
    }
}

}  // namespace

TEST_CASE("a relay with SES's limits gets a mailing within them, from the ledger as it is") {
    check(test::ses(800), 1'600);
}

TEST_CASE("a relay with Office 365's limits gets a mailing within them, from the ledger as it is") {
    check(test::office_365(), 80);
}

TEST_CASE("a relay with Gmail's limits gets a mailing within them, from the ledger as it is") {
    check(test::gmail(800), 1'600);
}

// The whole figures; minutes each without optimisation.
TEST_CASE("120 000 readers get their mail over SES with 14 a second and 50 000 a day", "[.][long]") {
    check(test::ses(50'000), 120'000);
}

TEST_CASE("10 000 readers get their mail over Office 365 with 3 connections and 30 a minute", "[.][long]") {
    check(test::office_365(), 10'000);
}

TEST_CASE("25 000 readers get their mail over Gmail with 20 a second and 10 000 a day", "[.][long]") {
    check(test::gmail(10'000), 25'000);
}
