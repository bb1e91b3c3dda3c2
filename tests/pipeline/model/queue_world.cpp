#include "pipeline/model/queue_world.hpp"

#include <fmt/format.h>

#include "db/raw_sql.hpp"
#include "pipeline/plan/clock_jump.hpp"
#include "pipeline/plan/recovery.hpp"
#include "pipeline/plan/redelivery.hpp"
#include "pipeline/service/ledger_settings.hpp"
#include "post/post_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/relay_store.hpp"

namespace paperround::test {

using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::OutcomeKind;
using queue::Stage;

namespace {

// Commits without waiting for the disk: what a power cut leaves is not the question here.
db::Database opened(const std::filesystem::path& folder) {
    auto database = pipeline::open_database(folder);
    db::RawSql(database).execute("PRAGMA synchronous=OFF");
    return database;
}

std::string letters(int number) {
    std::string word;
    for (int rest = number; word.size() < 4; rest /= 26) word += static_cast<char>('a' + rest % 26);
    return word;
}

}  // namespace

queue::Outcome model_outcome(OutcomeKind kind, int number) {
    queue::Outcome outcome{.kind = kind, .stage = Stage::rcpt, .text = "the " + letters(number) + " answer"};
    switch (kind) {
        case OutcomeKind::accepted:
            outcome.stage = Stage::final_dot;
            outcome.code = 250;
            break;
        case OutcomeKind::deferred:
        case OutcomeKind::perhaps_relay:
            outcome.code = 451;
            break;
        case OutcomeKind::protocol:
            outcome.code = 503;
            break;
        case OutcomeKind::in_doubt:
            outcome.stage = Stage::final_dot;
            break;
        case OutcomeKind::relay_trouble:
        case OutcomeKind::session_broken:
        case OutcomeKind::withdrawn:
            outcome.stage = Stage::connect;
            break;
        default:
            outcome.code = 550;
            break;
    }
    return outcome;
}

// --- A planner that fails

void FailingDuties::settle(const queue::Delivery& delivery, const queue::Outcome& outcome,
                           const queue::Step& step, Time now) {
    planner_.settle(delivery, outcome, step, now);
}

queue::Remaining FailingDuties::prepare_deliveries(Time now) {
    const db::Error full(db::Error::Code::other, "made to fail");
    if (failure == Failure::before_planning) throw full;
    const auto remaining = planner_.prepare_deliveries(now);
    if (failure == Failure::behind_planning) throw full;
    return remaining;
}

void FailingDuties::breaker_tripped(std::int64_t mailing) {
    planner_.breaker_tripped(mailing);
}

void FailingDuties::taken_back(std::int64_t mailing, std::span<const queue::DeliveryRow> rows, Time now) {
    planner_.taken_back(mailing, rows, now);
}

// --- The daemon

struct QueueWorld::Daemon {
    Daemon(const config::Settings& settings, const std::vector<std::string>& inherited, QueueWorld& world)
        : database(opened(settings.data_dir)),
          providers(std::make_shared<queue::Providers>(settings.effective_providers())),
          planner(database, settings, world.random_, world.events_, providers),
          duties(planner),
          ledger(database, pipeline::ledger_settings(settings, providers, inherited), duties, world.events_,
                 *world.recall_, world.clock, world.random_, world.recorder_.get()) {}
    db::Database database;
    std::shared_ptr<queue::Providers> providers;
    pipeline::DeliveryPlanner planner;
    FailingDuties duties;
    queue::Ledger ledger;
};

QueueWorld::QueueWorld(const config::Settings& settings, int readers, Time now, bool records)
    : clock(now), settings_(settings), records_(records) {
    settings_.data_dir = dir_ / "data";
    desk_ = std::make_unique<db::Database>(opened(settings_.data_dir));
    db::Transaction transaction(*desk_);
    audience::AudienceStore audience(*desk_);
    for (int reader = 1; reader <= readers; ++reader) {
        for (const config::Newsletter& newsletter : settings_.newsletters)
            audience.subscribe(newsletter.name, {.address = address(reader)}, now, "test");
    }
    transaction.commit();
    recover();
}

QueueWorld::~QueueWorld() {
    while (!daemons_.empty()) daemons_.pop_back();
}

std::string QueueWorld::address(int reader) const {
    return fmt::format("reader{}@d{}.example.net", reader, reader % 6);
}

void QueueWorld::start(const std::vector<std::string>& inherited) {
    daemons_.push_back(std::make_unique<Daemon>(settings_, inherited, *this));
}

// Until it comes to rest; and once more, which tells couriers what the last commit withdrew.
void QueueWorld::step() {
    queue::Ledger& ledger = daemons_.back()->ledger;
    for (int i = 0; i < 20 && ledger.step(); ++i) {
    }
    ledger.step();
}

void QueueWorld::fail(FailingDuties::Failure failure) {
    daemons_.back()->duties.failure = failure;
    daemons_.back()->ledger.step();
    daemons_.back()->duties.failure = FailingDuties::Failure::none;
}

void QueueWorld::fail_to_write() {
    db::RawSql(daemons_.back()->database).execute("PRAGMA query_only=ON");
    daemons_.back()->ledger.step();
    db::RawSql(daemons_.back()->database).execute("PRAGMA query_only=OFF");
}

void QueueWorld::end_work() {
    queue::Ledger& ledger = daemons_.back()->ledger;
    ledger.hand_out().stop_claiming();
    step();
    if (!ledger.finish()) throw std::runtime_error("the last outcomes are not written");
}

void QueueWorld::reload() {
    end_work();
    queue::HandOut& before = daemons_.back()->ledger.hand_out();
    start(before.relays_in_use());
    before.hand_over_to(daemons_.back()->ledger.hand_out());
}

void QueueWorld::stop() {
    end_work();
    begin_anew();
}

void QueueWorld::kill() {
    couriers.clear();
    begin_anew();
}

void QueueWorld::begin_anew() {
    while (!daemons_.empty()) daemons_.pop_back();
    recall_ = std::make_unique<queue::Recall>();
    recover();
}

// As a start of the daemon does.
void QueueWorld::recover() {
    recorder_.reset();
    std::vector<queue::LeftReport> left;
    {
        auto database = opened(settings_.data_dir);
        const pipeline::RecorderPlace place{.folder = settings_.data_dir, .boot = std::string(32, 'a')};
        if (records_) recorder_ = pipeline::open_recorder(database, place, random_, events_);
        left = pipeline::recover(database, settings_, clock.now(), random_, events_, recorder_.get());
    }
    start({});
    for (queue::LeftReport& report : left)
        daemons_.back()->ledger.hand_out().report_left(report.relay, std::move(report.delivery),
                                                       std::move(report.outcome));
}

void QueueWorld::follow_clock(const ClockJump& jump) {
    end_work();
    pipeline::follow_clock(*desk_, settings_, jump);
    clock.set(jump.to);
    queue::HandOut& before = daemons_.back()->ledger.hand_out();
    start(before.relays_in_use());
    before.hand_over_to(daemons_.back()->ledger.hand_out());
}

// --- What people do

void QueueWorld::publish(int newsletter, bool held) {
    Committing<post::PostStore> posts(*desk_);
    db::Transaction transaction(*desk_);
    const std::string id = fmt::format("post{}", ++posts_);
    posts->record(posts->source(settings_.newsletters.at(static_cast<std::size_t>(newsletter)).name, "feed"),
                  {.id = id, .title = id}, held ? post::PostState::held : post::PostState::ready,
                  held ? "by hand" : "", clock.now());
    transaction.commit();
}

void QueueWorld::approve(int post) {
    if (!Committing<post::PostStore>(*desk_)->approve(post + 1)) throw std::runtime_error("not approved");
}

void QueueWorld::schedule(int newsletter, Time not_before) {
    const std::string& name = settings_.newsletters.at(static_cast<std::size_t>(newsletter)).name;
    Committing<queue::MailingStore>(*desk_)->create_mailing({.newsletter = name,
                                                             .post_id = 1000 + ++posts_,
                                                             .title = "planned",
                                                             .key = "k",
                                                             .not_before = not_before},
                                                            clock.now());
}

void QueueWorld::pause(int mailing) {
    Committing<queue::MailingStore>(*desk_)->pause(mailing, queue::paused_by_hand);
}

void QueueWorld::resume(int mailing) {
    Committing<queue::MailingStore>(*desk_)->resume(mailing, clock.now());
}

void QueueWorld::cancel(int mailing) {
    Committing<queue::MailingStore>(*desk_)->cancel(mailing, clock.now());
}

void QueueWorld::retry(int mailing, const std::set<DeliveryState>& states) {
    pipeline::Redelivery(*desk_, clock)
        .again(*queue::MailingStore(*desk_).mailing(mailing), {.states = states});
}

void QueueWorld::leave(int newsletter, int reader, bool by_page) {
    const std::string& name = settings_.newsletters.at(static_cast<std::size_t>(newsletter)).name;
    pipeline::Departure(*desk_, clock, by_page ? recall_.get() : nullptr).remove(name, address(reader));
}

void QueueWorld::come_back(int newsletter, int reader) {
    Committing<audience::AudienceStore>(*desk_)->subscribe(
        settings_.newsletters.at(static_cast<std::size_t>(newsletter)).name, {.address = address(reader)},
        clock.now(), "test", audience::Again::yes);
}

void QueueWorld::suppress(int reader) {
    pipeline::Departure(*desk_, clock, nullptr).suppress(address(reader), "by hand", "test");
}

void QueueWorld::lift(int reader) {
    Committing<audience::AudienceStore>(*desk_)->unsuppress(address(reader));
}

void QueueWorld::control(queue::QueueAction action, int mailing, bool doubtful) {
    queue::QueueControl(*desk_).apply(action, {.mailing_id = mailing}, doubtful, clock.now());
}

void QueueWorld::pause_relay(int relay) {
    const std::string& name = settings_.relays.at(static_cast<std::size_t>(relay)).name;
    queue::RelayOrders orders = queue::RelayStore(*desk_).relay_orders(name);
    orders.paused = clock.now();
    Committing<queue::RelayStore>(*desk_)->save_relay_orders(name, orders);
}

void QueueWorld::resume_relay(int relay) {
    const std::string& name = settings_.relays.at(static_cast<std::size_t>(relay)).name;
    queue::RelayOrders orders = queue::RelayStore(*desk_).relay_orders(name);
    orders.paused.reset();
    ++orders.resumed;
    Committing<queue::RelayStore>(*desk_)->save_relay_orders(name, orders);
}

void QueueWorld::bounce(Copy copy) {
    auto query = db::RawSql(*desk_).prepare(
        "SELECT id, tries FROM deliveries WHERE mailing_id = ?1 AND subscriber_id = ?2");
    query.bind_all(copy.first, copy.second);
    if (!query.step()) return;
    const queue::LaterBounce bounce{.delivery_id = query.integer(0),
                                    .mailing_id = copy.first,
                                    .tries = query.integer(1),
                                    .source = "mailbox",
                                    .code = 550,
                                    .enhanced = "5.1.1",
                                    .text = "unknown"};
    query.reset();
    Committing<queue::DeliveryStore>(*desk_)->record_later_bounce(bounce, clock.now());
}

// --- Couriers

std::vector<Copy> QueueWorld::take(std::size_t lane, std::size_t most) {
    std::vector<Copy> taken;
    for (queue::Delivery& delivery : daemons_.back()->ledger.hand_out().take(lane, most)) {
        const Copy copy{static_cast<int>(delivery.mailing_id), static_cast<int>(delivery.subscriber_id)};
        couriers.push_back({.lane = lane, .delivery = std::move(delivery), .copy = copy});
        taken.push_back(copy);
    }
    return taken;
}

void QueueWorld::give_back(std::size_t courier) {
    const Taken taken = couriers.at(courier);
    couriers.erase(couriers.begin() + static_cast<std::ptrdiff_t>(courier));
    daemons_.back()->ledger.hand_out().give_back(taken.lane, taken.delivery);
}

void QueueWorld::send_dot(std::size_t courier) {
    couriers.at(courier).dot_left = true;
    daemons_.back()->ledger.hand_out().dot_leaves(couriers[courier].delivery);
}

int QueueWorld::report(std::size_t courier, OutcomeKind kind, std::optional<Duration> retry_after) {
    Taken taken = std::move(couriers.at(courier));
    couriers.erase(couriers.begin() + static_cast<std::ptrdiff_t>(courier));
    queue::Outcome outcome = model_outcome(kind, ++words_);
    outcome.retry_after = retry_after;
    const int code = outcome.code;
    daemons_.back()->ledger.hand_out().report(taken.lane, std::move(taken.delivery), std::move(outcome));
    return code;
}

bool QueueWorld::recalled(std::size_t courier) const {
    return recall_->contains(couriers.at(courier).delivery.id);
}

// --- What is on disk

std::set<Copy> QueueWorld::sending() {
    std::set<Copy> found;
    auto rows =
        db::RawSql(*desk_).prepare("SELECT mailing_id, subscriber_id FROM deliveries WHERE state = 1");
    while (rows.step()) found.emplace(static_cast<int>(rows.integer(0)), static_cast<int>(rows.integer(1)));
    return found;
}

std::vector<std::string> QueueWorld::broken() {
    return broken_invariants(*desk_);
}

std::vector<std::string> QueueWorld::differences(QueueModel& model) {
    std::vector<std::string> wrong;
    compare_mailings(model, wrong);
    compare_deliveries(model, wrong);
    compare_readers(model, wrong);
    compare_relays(model, wrong);
    return wrong;
}

void QueueWorld::compare_mailings(QueueModel& model, std::vector<std::string>& wrong) {
    std::size_t count = 0;
    auto rows = db::RawSql(*desk_).prepare(
        "SELECT id, state, finished, pending, fan_out_done, newsletter FROM mailings ORDER BY id");
    while (rows.step()) {
        ++count;
        const auto found = model.mailings.find(static_cast<int>(rows.integer(0)));
        if (found == model.mailings.end()) continue;
        ModelMailing& mailing = found->second;
        const auto state = static_cast<queue::MailingState>(rows.integer(1));
        if (std::exchange(mailing.or_done, false) && state == queue::MailingState::done)
            mailing.state = queue::MailingState::done;
        if (state != mailing.state)
            wrong.push_back(fmt::format("mailing {} is {}, expected {}", found->first,
                                        queue::to_string(state), queue::to_string(mailing.state)));
        if (rows.is_null(2) == (state >= queue::MailingState::cancelled))
            wrong.push_back(fmt::format("mailing {} is {}, and its end is {}", found->first,
                                        queue::to_string(state), rows.is_null(2) ? "not noted" : "noted"));
        // What is left of a cancelled one is cancelled by the next step.
        if (rows.integer(3) != mailing.pending())
            wrong.push_back(fmt::format("mailing {} counts {} that are open, expected {}", found->first,
                                        rows.integer(3), mailing.pending()));
        if (static_cast<queue::FanOut>(rows.integer(4)) != mailing.fan_out)
            wrong.push_back(fmt::format("mailing {}: its fan-out is {}, expected {}", found->first,
                                        rows.integer(4), static_cast<int>(mailing.fan_out)));
    }
    if (count != model.mailings.size())
        wrong.push_back(fmt::format("{} mailings, expected {}", count, model.mailings.size()));
}

void QueueWorld::compare_deliveries(QueueModel& model, std::vector<std::string>& wrong) {
    std::size_t count = 0;
    auto rows = db::RawSql(*desk_).prepare(
        "SELECT mailing_id, subscriber_id, state, due, attempts, doubts, tries, waited, "
        "(SELECT count(*) FROM attempts a WHERE a.delivery_id = d.id) FROM deliveries d ORDER BY id");
    while (rows.step()) {
        ++count;
        const Copy copy{static_cast<int>(rows.integer(0)), static_cast<int>(rows.integer(1))};
        ModelDelivery* it = model.find(copy);
        if (it == nullptr) {
            wrong.push_back(to_string(copy) + " is not expected");
            continue;
        }
        const auto differs = [&](std::string_view what, auto is, auto expected) {
            if (is != expected)
                wrong.push_back(fmt::format("{}: {} {}, expected {}", to_string(copy), what, is, expected));
        };
        const auto state = static_cast<DeliveryState>(rows.integer(2));
        differs("is", queue::to_string(state), queue::to_string(it->state));
        if (it->or_due && rows.time(3) == *it->or_due) it->due = *it->or_due;
        it->or_due.reset();
        if (it->waits())
            differs("is due in ms", (rows.time(3) - model.now).count(), (it->due - model.now).count());
        if (!it->open()) it->waited = Duration(rows.integer(7));
        differs("attempts", rows.integer(4), static_cast<std::int64_t>(it->attempts));
        differs("doubts", rows.integer(5), static_cast<std::int64_t>(it->doubts));
        differs("tries", rows.integer(6), static_cast<std::int64_t>(it->tries));
        differs("has waited ms", rows.integer(7), static_cast<std::int64_t>(it->waited.count()));
        differs("attempts on record", rows.integer(8), static_cast<std::int64_t>(it->log.size()));
    }
    std::size_t expected = 0;
    for (const auto& [number, mailing] : model.mailings) expected += mailing.deliveries.size();
    if (count != expected) wrong.push_back(fmt::format("{} deliveries, expected {}", count, expected));
}

void QueueWorld::compare_readers(QueueModel& model, std::vector<std::string>& wrong) {
    audience::AudienceStore audience(*desk_);
    for (const auto& [reader, it] : model.readers) {
        const auto found = audience.find_suppression(address(reader));
        std::optional<ModelSuppression> is;
        if (found) is = ModelSuppression{static_cast<int>(found->mailing_id.value_or(0)), found->provisional};
        if (is != it.suppression) {
            const auto words = [](const std::optional<ModelSuppression>& one) {
                return one ? fmt::format("suppressed by {}{}", one->mailing,
                                         one->provisional ? ", provisionally" : "")
                           : std::string("not suppressed");
            };
            wrong.push_back(
                fmt::format("reader {} is {}, expected {}", reader, words(is), words(it.suppression)));
        }
        for (std::size_t n = 0; n < settings_.newsletters.size(); ++n) {
            const bool active = audience.is_active(settings_.newsletters[n].name, reader);
            if (active != model.reads(static_cast<int>(n), reader))
                wrong.push_back(fmt::format("reader {} {} newsletter {}, unexpectedly", reader,
                                            active ? "reads" : "does not read", n));
        }
    }
}

void QueueWorld::compare_relays(QueueModel& model, std::vector<std::string>& wrong) {
    queue::RelayStore relays(*desk_);
    for (const auto& [number, it] : model.relays) {
        const std::string& name = settings_.relays.at(static_cast<std::size_t>(number)).name;
        const queue::RelayHealth health = relays.relay_health(name);
        const auto in = [&](std::optional<Time> time) { return time ? (*time - model.now).count() : -1; };
        if (health.up() == it.down || health.resting != it.resting)
            wrong.push_back(fmt::format("{} is {}{}, expected {}{}", name, health.up() ? "up" : "down",
                                        health.resting ? ", resting" : "", it.down ? "down" : "up",
                                        it.resting ? ", resting" : ""));
        if (health.next_attempt != it.next_attempt)
            wrong.push_back(fmt::format("{} is tried in {} ms, expected {}", name, in(health.next_attempt),
                                        in(it.next_attempt)));
    }
}

}  // namespace paperround::test
