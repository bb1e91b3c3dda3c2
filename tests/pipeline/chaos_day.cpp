#include "pipeline/chaos_day.hpp"

#include <algorithm>

#include "pipeline/plan/clock_jump.hpp"
#include "pipeline/plan/recovery.hpp"
#include "post/post_store.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/relay_store.hpp"
#include "support/committing.hpp"

namespace paperround::test {

using namespace std::chrono_literals;

namespace {

constexpr int readers = 120;
constexpr unsigned connections = 4;
constexpr Duration idle = 40s;  // shorter than the gap that a ledger takes for an absence
constexpr Duration for_a_limit = 2s;
constexpr Time morning = Time(Duration(1'795'000'000'000));

config::Relay relay_named(const std::string& name) {
    config::Relay relay = relay_on(25);
    relay.name = name;
    relay.connections = connections;
    return relay;
}

}  // namespace

ChaosDay::ChaosDay(std::uint64_t seed, Duration length)
    : chance_(seed * 7919 + 1), length_(length), wall_ahead_(morning.time_since_epoch()) {
    settings_.drain = 25s;
    settings_.doubt_window = 20;
    // A reader who is greylisted three times is at most an hour old, counting the intervals between attempts.
    settings_.retry.give_up_after = 6h;
    settings_.breaker.share = 1.0;
    settings_.newsletters.push_back(
        {.name = "notes", .title = "Notes", .from = {"Notes", "notes@example.org"}});
    settings_.newsletters[0].relays = {{"main", 2}, {"spare", 1}};
    settings_.relays = {relay_named("main"), relay_named("spare")};
    relays_ = {ScriptedRelay(seed, 400), ScriptedRelay(seed + 1, 1000)};
    start();
    db::Transaction transaction(offices_.back()->database);
    test::Committing<audience::AudienceStore> audience(offices_.back()->database);
    for (int i = 0; i < readers; ++i) {
        audience->subscribe("notes", {.address = fmt::format("reader{}@d{}.example.net", i, i % 6)},
                            clock_->now(), "test");
    }
    transaction.commit();
}

std::filesystem::path ChaosDay::folder() const {
    return dir_ / fmt::format("life{}", life_);
}

std::vector<std::string> ChaosDay::live() {
    while (boot_ < length_) {
        pass_until(boot_ + Duration(60'000 + chance_.next() % 1'500'000));
        strike();
    }
    say("calm");
    full_until_ = trouble_until_ = boot_;
    if (!running()) start_at_ = boot_;
    for (ScriptedRelay& relay : relays_) relay.calm_down();
    const Duration end = boot_ + 24h;
    do pass_until(boot_ + 10min);
    while (boot_ < end && (unpublished_ > 0 || waiting() > 0));
    look_at_the_end();
    return problems_;
}

// --- Time passes
// ----------------------------------------------------------------------------------------------------------

void ChaosDay::pass_until(Duration moment) {
    do {
        tick();
        boot_ += std::clamp<Duration>(until_next(), 20ms, std::max<Duration>(20ms, moment - boot_));
    } while (boot_ < moment);
}

Duration ChaosDay::until_next() const {
    Duration next = idle;
    if (running() && !full_until_) {
        queue::RelayStore relays(offices_.back()->database);
        const bool up = relays.relay_health("main").up() || relays.relay_health("spare").up();
        // What is due waits for a limit, which eases over time, or for relays that rest.
        if (const auto due = queue::DeliveryStore(offices_.back()->database).next_due())
            next = std::clamp<Duration>(*due - clock_->now(), up ? for_a_limit : 5 * for_a_limit, idle);
    }
    const auto consider = [&](Duration moment) { next = std::min(next, moment - boot_); };
    for (const Courier& courier : couriers_) {
        if (!courier.dot_left && courier.fate.dot > Duration(0)) consider(courier.begun + courier.fate.dot);
        consider(courier.begun + courier.fate.answer);
    }
    for (const auto& moment : {full_until_, trouble_until_, start_at_}) {
        if (moment) consider(*moment);
    }
    return next;
}

// What the daemon's threads do at one moment, one after the other.
void ChaosDay::tick() {
    relieve_in_time();
    if (start_at_ && *start_at_ <= boot_) start();
    if (!running()) return;
    follow_clock();
    serve_due();
    step();
    if (running() && !disk_->powered()) {
        drop(chance_.fraction() < 0.5 ? End::power_cut : End::killed);
        restart_after(Duration(chance_.next() % 60'000));
    }
    if (running()) hand_out();
    if (running() && !full_until_) seen_last_ = clock_->now();
}

void ChaosDay::relieve_in_time() {
    if (full_until_ && *full_until_ <= boot_) {
        full_until_.reset();
        if (disk_) disk_->set_full(false);
        say("there is room again");
    }
    if (trouble_until_ && *trouble_until_ <= boot_) {
        trouble_until_.reset();
        for (ScriptedRelay& relay : relays_) relay.set_down(false);
    }
    while (running() && unpublished_ > 0 && !full_until_) {
        --unpublished_;
        publish();
        if (!disk_->powered()) return;
    }
}

void ChaosDay::step() {
    if (!running()) return;
    queue::Ledger& ledger = offices_.back()->ledger;
    for (int i = 0; i < 100 && ledger.step(); ++i) {
    }
    if (ledger.hand_out().abandoned()) end_abandoned();
}

void ChaosDay::hand_out() {
    Office& office = *offices_.back();
    for (std::size_t lane = 0; lane < office.settings.relays.size(); ++lane) {
        const auto at_work = std::ranges::count_if(couriers_, [&](const Courier& courier) {
            return courier.ledger == &office.ledger && courier.lane == lane;
        });
        const auto most = connections - std::min<std::size_t>(connections, static_cast<std::size_t>(at_work));
        for (queue::Delivery& delivery : office.ledger.hand_out().take(lane, most)) {
            Seen& seen = seen_[delivery.id];
            ScriptedRelay& relay = relays_[office.settings.relays[lane].name == "main" ? 0 : 1];
            Courier courier{.ledger = &office.ledger,
                            .lane = lane,
                            .fate = relay.judge(delivery.id, seen.tries, boot_),
                            .begun = boot_};
            if (courier.fate.outcome.code == 451 || courier.fate.dot > Duration(0)) {
                ++seen.tries;
                ++seen.counted;
            }
            courier.key = queue::MailingStore(office.database).mailing(delivery.mailing_id)->key;
            courier.delivery = std::move(delivery);
            couriers_.push_back(std::move(courier));
        }
    }
}

void ChaosDay::send_dot(Courier& courier) {
    courier.dot_left = true;
    Seen& seen = seen_[courier.delivery.id];
    seen.keys.insert(courier.key);
    if (courier.fate.outcome.kind == queue::OutcomeKind::in_doubt) ++seen.unanswered;
    if (!courier.fate.kept) return;
    ++seen.copies;
    if (left_.contains(courier.delivery.recipient))
        complain(courier.delivery.recipient + " has left, and is mailed");
}

// The final dots that have been sent by now, and the replies that arrive.
void ChaosDay::serve_due() {
    std::vector<Courier> still;
    for (Courier& courier : std::exchange(couriers_, {})) {
        const Fate& fate = courier.fate;
        const bool dot_due = !courier.dot_left && fate.dot > Duration(0) && courier.begun + fate.dot <= boot_;
        if (dot_due && recall_->contains(courier.delivery.id)) {
            courier.ledger->hand_out().report(
                courier.lane, courier.delivery,
                {.kind = queue::OutcomeKind::withdrawn, .stage = queue::Stage::data});
            continue;
        }
        if (dot_due) send_dot(courier);
        if (courier.begun + fate.answer <= boot_) {
            courier.ledger->hand_out().report(courier.lane, courier.delivery, fate.outcome);
        } else {
            still.push_back(std::move(courier));
        }
    }
    couriers_ = std::move(still);
}

// --- The process
// ----------------------------------------------------------------------------------------------------------

void ChaosDay::restart_after(Duration pause) {
    start_at_ = boot_ + pause;
}

void ChaosDay::start() {
    start_at_.reset();
    if (!disk_) disk_ = std::make_unique<UnreliableDisk>();
    disk_->set_full(full_until_.has_value());
    settings_.data_dir = folder();
    recall_ = std::make_unique<queue::Recall>();
    clock_.emplace(TimeSources{.wall = [this] { return Time(boot_ + wall_ahead_); },
                               .since_boot = [this] { return boot_; }});
    const std::size_t told = events_.count("clock set");
    try {
        {
            auto database = pipeline::open_database(folder());
            look_at(database);
            pipeline::recover(database, settings_, clock_->now(), chance_, events_);
        }
        offices_.push_back(std::make_unique<Office>(settings_, std::vector<std::string>{}, events_, *recall_,
                                                    *clock_, chance_));
        say("started");
    } catch (const db::Error& error) {
        say(std::string("cannot start: ") + error.what());
        drop(disk_->powered() ? End::clean : End::killed);
        ended_clean_ = false;
        return restart_after(1min);
    }
    // A clock that was set back by more than the absence can be recognised.
    const bool back = seen_last_ - clock_->now() > 2min;
    if (back && events_.count("clock set") == told)
        complain("a clock that was set back is not told at the start");
}

// A courier's connection ends with the process: without a reply by then, the outcome is not known.
void ChaosDay::drop(End end) {
    say(end == End::clean ? "ended" : end == End::killed ? "killed" : "power cut");
    ended_clean_ = end == End::clean;
    couriers_.clear();
    if (end != End::clean) {
        const auto before = database();
        ++life_;
        std::filesystem::create_directories(folder());
        std::filesystem::permissions(folder(), std::filesystem::perms::owner_all);
        if (end == End::power_cut) {
            disk_->save_image(before, database(), chance_);
        } else {
            for (const std::string suffix : {"", "-wal"}) {
                if (std::filesystem::exists(before.string() + suffix))
                    std::filesystem::copy_file(before.string() + suffix, database().string() + suffix);
            }
        }
    }
    while (!offices_.empty()) offices_.pop_back();
    disk_.reset();
}

void ChaosDay::follow_clock() {
    if (!running()) return;
    const Duration jump = clock_->follow();
    if (jump == Duration(0)) return;
    events_.clock_set(jump);
    Office& before = *offices_.back();
    before.ledger.hand_out().stop_claiming();
    static_cast<void>(before.ledger.finish());
    if (before.ledger.hand_out().abandoned()) return end_abandoned();
    try {
        auto database = pipeline::open_database(folder());
        pipeline::follow_clock(database, settings_, {.from = clock_->now(), .to = clock_->now() + jump});
        clock_->accept_jump();
        seen_last_ = clock_->now();  // its commit has stored that time
        say("the clock is followed");
    } catch (const db::Error&) {
        say("the clock cannot be followed yet");
    }
    take_over();
}

void ChaosDay::reload() {
    say("reload");
    Office& before = *offices_.back();
    before.ledger.hand_out().stop_claiming();
    static_cast<void>(before.ledger.finish());
    if (before.ledger.hand_out().abandoned()) return end_abandoned();
    take_over();
}

// Like the daemon: tries again each second until it works.
void ChaosDay::take_over() {
    Office& before = *offices_.back();
    while (disk_->powered()) {
        try {
            auto next = std::make_unique<Office>(settings_, before.ledger.hand_out().relays_in_use(), events_,
                                                 *recall_, *clock_, chance_);
            before.ledger.hand_out().hand_over_to(next->ledger.hand_out());
            offices_.push_back(std::move(next));
            return;
        } catch (const db::Error& error) {
            say(std::string("cannot take over yet: ") + error.what());
        }
        boot_ += full_until_ ? 1min : 1s;
        relieve_in_time();
        serve_due();
    }
}

void ChaosDay::await_couriers() {
    while (!couriers_.empty()) {
        boot_ += 100ms;
        serve_due();
        relieve_in_time();
    }
}

void ChaosDay::stop() {
    say("stop");
    queue::Ledger& ledger = offices_.back()->ledger;
    ledger.hand_out().stop_claiming();
    while (!couriers_.empty() && running()) {
        boot_ += 100ms;
        serve_due();
        relieve_in_time();
        step();
    }
    if (!running()) return;
    bool recorded = ledger.finish();
    // There may be room again during the drain.
    if (!recorded && full_until_ && chance_.fraction() < 0.5) {
        full_until_ = boot_;
        relieve_in_time();
        recorded = ledger.finish();
        if (!recorded && disk_->powered())
            complain("there is room again, and the last outcomes are not written");
    }
    if (ledger.hand_out().abandoned()) return end_abandoned();
    if (!recorded) say("the last outcomes are not written");
    recorded || disk_->powered() ? drop(End::clean) : drop(End::killed);
    ended_clean_ = recorded;
    restart_after(chance_.fraction() < 0.5 ? Duration(1s) : Duration(chance_.next() % 21'600'000));
}

// The daemon ends by itself: letters in couriers' hands are withdrawn, or waited for in vain.
void ChaosDay::end_abandoned() {
    await_couriers();
    drop(End::clean);
    ended_clean_ = false;
    restart_after(1s);
}

}  // namespace paperround::test
