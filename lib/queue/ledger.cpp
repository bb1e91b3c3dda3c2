#include "queue/ledger.hpp"

#include <algorithm>
#include <thread>

#include "queue/ledger_commit.hpp"
#include "queue/limit_store.hpp"

namespace paperround::queue {

using namespace std::chrono_literals;

namespace {
constexpr auto commit_pace = 4ms;  // between the beginnings of commits under load
constexpr auto breath = 1ms;       // after a commit at the least: other writers get their turn
constexpr auto tick = 200ms;       // how soon due times and other writers are noticed
constexpr auto after_failure = 1s;
constexpr Duration longest_pause = 1min;  // between two looks at what could not be read
constexpr int sweep_chunk = 1000;         // rows of a cancelled mailing in one commit

std::vector<Carriers> carriers_of(const std::vector<LaneSettings>& lanes) {
    std::map<std::string, std::vector<RelayShares::Relay>> relays;
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        for (const std::string& newsletter : lanes[lane].newsletters) {
            const auto weight = lanes[lane].weights.find(newsletter);
            relays[newsletter].push_back({lane, weight == lanes[lane].weights.end() ? 1 : weight->second});
        }
    }
    std::vector<Carriers> carriers;
    carriers.reserve(relays.size());
    for (auto& [newsletter, list] : relays) carriers.push_back({newsletter, std::move(list)});
    return carriers;
}

std::vector<std::string> names_of(const std::vector<LaneSettings>& lanes) {
    std::vector<std::string> names;
    std::ranges::transform(lanes, std::back_inserter(names), &LaneSettings::relay);
    return names;
}

Allotment make_allotment(db::Database& database, LimitStore& store, const LedgerSettings& settings) {
    db::Transaction transaction(database);
    Allotment allotment(store, settings.limits, carriers_of(settings.lanes), names_of(settings.lanes),
                        settings.windows, settings.providers);
    transaction.commit();
    return allotment;
}
}  // namespace

Ledger::Ledger(db::Database& database, LedgerSettings settings, LedgerDuties& duties,
               LedgerObserver& observer, Recall& recall, const Clock& clock, Random& random)
    : database_(database),
      mailings_(database),
      deliveries_(database),
      attempts_(database),
      limits_(database),
      relays_(database),
      times_(database),
      settings_(std::move(settings)),
      duties_(duties),
      observer_(observer),
      recall_(recall),
      clock_(clock),
      random_(random),
      allotment_(make_allotment(database, limits_, settings_)) {
    for (const LaneSettings& lane : settings_.lanes) {
        const RelayLessons lessons = relays_.relay_lessons(lane.relay);
        // A pause is noticed, and said, with the first step.
        RelayOrders orders = relays_.relay_orders(lane.relay);
        orders.paused.reset();
        lanes_.push_back({.settings = lane,
                          .health = relays_.relay_health(lane.relay),
                          .pace = lessons.pace,
                          .orders = orders});
        static_cast<void>(lanes_.back().pace.worth_saying());  // the run before has said it
        lines_.push_back(std::make_unique<RelayLine>(clock, lane.connections, lane.messages));
        lines_.back()->remember({lessons.connections, lessons.messages});
    }
    recall_refusals();
    take_up_pace();
}

// What earlier runs have learned of the relays' rates.
void Ledger::take_up_pace() {
    const Time now = clock_.now();
    db::Transaction transaction(database_);
    allotment_.begin(now);
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        allotment_.set_pace(limits_, lane, lanes_[lane].pace, now);
        lines_[lane]->set_pace(allotment_.pace(lane), Duration(0));
    }
    allotment_.save(limits_);
    transaction.commit();
    allotment_.keep();
}

// --- For couriers
// ---------------------------------------------------------------------------------------------------

bool Ledger::wait_for_claims(std::size_t lane_number, const std::stop_token& stop) {
    Lock lock(mutex_);
    const Lane& lane = lanes_[lane_number];
    const bool any = ready_.wait(lock, stop, [&lane] { return !lane.ready.empty() && !lane.troubled; });
    return any && !stop.stop_requested();
}

std::vector<Delivery> Ledger::take(std::size_t lane_number, std::size_t most) {
    const Lock lock(mutex_);
    Lane& lane = lanes_[lane_number];
    std::vector<Delivery> taken;
    while (!lane.troubled && !lane.ready.empty() && taken.size() < most) {
        lane.in_flight.push_back(lane.ready.front().id);
        taken.push_back(std::move(lane.ready.front()));
        lane.ready.pop_front();
    }
    return taken;
}

void Ledger::report(std::size_t lane, Delivery delivery, Outcome outcome) {
    bool first = false;
    {
        Lock lock(mutex_);
        if (Ledger* const successor = successor_; successor != nullptr) {
            lock.unlock();
            return successor->report(successor->lane_of(lanes_[lane].settings.relay), std::move(delivery),
                                     std::move(outcome));
        }
        first = inbox_.empty();
        // What else is claimed for this relay waits until the next commit has judged it.
        if (may_be_relay_trouble(outcome.kind)) lanes_[lane].troubled = true;
        const OutcomeKind kind = outcome.kind;
        inbox_.push_back({lane, std::move(delivery), std::move(outcome), kind});
    }
    if (first) work_.notify_one();
}

void Ledger::give_back(std::size_t lane, const Delivery& delivery) {
    {
        Lock lock(mutex_);
        if (Ledger* const successor = successor_; successor != nullptr) {
            lock.unlock();
            return successor->give_back(successor->lane_of(lanes_[lane].settings.relay), delivery);
        }
        lanes_[lane].given_back.push_back(delivery);
    }
    work_.notify_one();
}

void Ledger::cannot_read(std::string_view reason) {
    const auto now = std::chrono::steady_clock::now();
    const Lock lock(mutex_);
    // What several composers find at the same time is one failure.
    if (unread_ && now < unread_->next_look) {
        unread_->reason = reason;
        return;
    }
    const Duration pause = unread_ ? std::min(2 * unread_->pause, longest_pause) : Duration(after_failure);
    unread_ = {.reason = std::string(reason),
               .said = unread_ && unread_->said,
               .pause = pause,
               .next_look = now + pause};
    reading_fails_ = true;
}

void Ledger::could_read() {
    if (!reading_fails_) return;
    {
        const Lock lock(mutex_);
        read_again_ = unread_ && unread_->said;
        unread_.reset();
        reading_fails_ = false;
        woken_ = true;
    }
    work_.notify_one();
}

void Ledger::wake() {
    {
        const Lock lock(mutex_);
        woken_ = true;
        quiet_ = false;
    }
    work_.notify_one();
}

bool Ledger::quiet() const {
    const Lock lock(mutex_);
    return quiet_;
}

void Ledger::wait_until_quiet(const std::stop_token& stop) {
    Lock lock(mutex_);
    quiet_changed_.wait(lock, stop, [this]() REQUIRES(mutex_) { return quiet_ || given_up_ || abandoned_; });
}

Duration Ledger::since_last_step() const {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - last_step_.load());
}

std::size_t Ledger::outstanding() const {
    const Lock lock(mutex_);
    std::size_t count = 0;
    for (const Lane& lane : lanes_) count += lane.ready.size() + lane.in_flight.size();
    return count;
}

// --- The ledger's own thread
// ----------------------------------------------------------------------------------------

bool Ledger::has_work() const {
    return woken_ || !inbox_.empty() ||
           std::ranges::any_of(lanes_, [](const Lane& lane) { return !lane.given_back.empty(); });
}

void Ledger::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto began = std::chrono::steady_clock::now();
        const bool more = step();
        last_step_ = std::chrono::steady_clock::now();
        Lock lock(mutex_);
        if (failing_) {
            work_.wait_for(lock, stop, after_failure, [] { return false; });
        } else {
            // A rate that keeps something back lets its next one through in time.
            const Duration patience = std::min<Duration>(tick, until_room_.value_or(tick));
            if (!more) work_.wait_for(lock, stop, patience, [this]() REQUIRES(mutex_) { return has_work(); });
            lock.unlock();
            // Sleep unconditionally: a condition wait would wake at every report.
            std::this_thread::sleep_until(
                std::max(began + commit_pace, std::chrono::steady_clock::now() + breath));
        }
    }
}

// As of a failed write, since it is the same to who reads of it: nothing new is sent.
void Ledger::tell_of_reading() {
    std::string reason;
    bool again = false;
    {
        const Lock lock(mutex_);
        again = std::exchange(read_again_, false);
        if (unread_ && !std::exchange(unread_->said, true)) reason = unread_->reason;
    }
    if (again) observer_.write_resumed();
    if (!reason.empty()) observer_.write_failed(reason);
}

// Whoever waits for the end of the work does not wait for a database that stays as it is.
void Ledger::watch_trouble() {
    const auto now = std::chrono::steady_clock::now();
    const Lock lock(mutex_);
    if (!failing_ && !unread_) {
        trouble_since_.reset();
        given_up_ = false;
        return;
    }
    if (!trouble_since_) trouble_since_ = now;
    if (now - *trouble_since_ < settings_.patience || std::exchange(given_up_, true)) return;
    quiet_changed_.notify_all();
}

// How many may be claimed of those that there is room for: while the database cannot be read one at a time,
// which tries again.
std::size_t Ledger::claimable(std::size_t room) {
    if (!claiming_) return 0;
    if (!unread_) return room;
    const auto now = std::chrono::steady_clock::now();
    if (now < unread_->next_look) return 0;
    unread_->next_look = now + unread_->pause;
    return std::min<std::size_t>(room, 1);
}

void Ledger::failed(const db::Error& error, Commit& commit) {
    put_back(commit);
    // What was claimed with it is not handed out: the database in place knows nothing of it.
    if (error.code() == db::Error::Code::replaced) return abandon();
    if (!failing_) observer_.write_failed(error.what());
    failing_ = true;
    const bool of_reading =
        error.code() == db::Error::Code::corrupt || error.code() == db::Error::Code::unreadable;
    claims_fail_ = claims_fail_ || of_reading;
    database_.forget_pages();
}

bool Ledger::step() {
    if (abandoned()) return false;
    if (database_.files_replaced()) {
        abandon();
        return false;
    }
    tell_of_reading();
    const bool more = commit_one();
    watch_trouble();
    return more;
}

bool Ledger::commit_one() {
    Commit commit;
    try {
        recall_withdrawn();
        forget_ended_runs();
        commit = begin_commit(clock_.now());
        allotment_.begin(commit.now);
        db::Transaction transaction(database_);
        write_presence(commit.now);
        write_reports(commit);
        write_relays(commit);
        release_what_waits(commit);
        commit.to_prepare = duties_.prepare_deliveries(commit.now);
        commit.moved =
            deliveries_.sweep_cancelled(sweep_chunk, commit.now) > 0 || allotment_.clear_shelves(limits_);
        write_claims(commit);
        allotment_.save(limits_);
        transaction.commit();
    } catch (const db::Error& error) {
        failed(error, commit);
        return false;
    }
    // A step that claims nothing reads little: it cannot tell that all is well again.
    if (failing_ && (commit.claiming || !claims_fail_)) observer_.write_resumed();
    failing_ = false;
    if (commit.claiming) claims_fail_ = false;
    allotment_.keep();
    orders_unread_ = false;
    until_room_ = commit.held_back && !reading_fails_ ? allotment_.until_room() : std::nullopt;
    paused_some_ = !commit.pauses.empty();
    remember_refusals(commit);
    const bool claimed = std::ranges::any_of(commit.claimed, [](const auto& lane) { return !lane.empty(); });
    apply(commit);
    tell_couriers(commit);
    announce(commit);
    return commit.to_prepare == Remaining::some || claimed || commit.moved;
}

void Ledger::stop_claiming() {
    const Lock lock(mutex_);
    claiming_ = false;
}

Ledger::Commit Ledger::begin_commit(Time now) {
    Commit commit;
    commit.now = now;
    const Lock lock(mutex_);
    woken_ = false;
    commit.inbox.swap(inbox_);
    commit.wanted.resize(lanes_.size());
    commit.claimed.resize(lanes_.size());
    commit.withdrawn_ready.resize(lanes_.size());
    commit.changes.resize(lanes_.size());
    std::size_t outstanding = 0;
    for (Lane& lane : lanes_) {
        commit.health.push_back(lane.health);
        commit.pace.push_back(lane.pace);
        commit.orders.push_back(lane.orders);
        commit.given_back.push_back(std::exchange(lane.given_back, {}));
        outstanding += lane.ready.size() + lane.in_flight.size();
    }
    // What this commit settles makes room for what it claims.
    for (const Report& report : commit.inbox) outstanding -= report.lane < lanes_.size() ? 1 : 0;
    std::size_t room = settings_.doubt_window - std::min<std::size_t>(settings_.doubt_window, outstanding);
    commit.claiming = claiming_;
    room = claimable(room);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const std::size_t share = lanes_[i].settings.connections * std::size_t{10};
        std::size_t held = lanes_[i].ready.size() + lanes_[i].in_flight.size();
        held -= static_cast<std::size_t>(std::ranges::count(commit.inbox, i, &Report::lane));
        commit.wanted[i] = std::min(room, share - std::min(share, held));
        room -= commit.wanted[i];
    }
    return commit;
}

void Ledger::apply(Commit& commit) {
    {
        const Lock lock(mutex_);
        const auto landed = [this](std::size_t lane, std::int64_t id) {
            std::erase(lanes_[lane].in_flight, id);
            recall_.forget(id);
        };
        for (const Report& report : commit.inbox) landed(report.lane, report.delivery.id);
        bool outstanding = false;
        for (std::size_t i = 0; i < lanes_.size(); ++i) {
            for (const Delivery& delivery : commit.given_back[i]) landed(i, delivery.id);
            lanes_[i].health = commit.health[i];
            lanes_[i].pace = std::move(commit.pace[i]);
            lanes_[i].orders = commit.orders[i];
            lanes_[i].troubled = false;
            std::ranges::move(commit.claimed[i], std::back_inserter(lanes_[i].ready));
            outstanding = outstanding || !lanes_[i].ready.empty() || !lanes_[i].in_flight.empty();
        }
        quiet_ = !outstanding && commit.to_prepare == Remaining::nothing && !commit.moved &&
                 !commit.held_back && !has_work();
    }
    ready_.notify_all();
    quiet_changed_.notify_all();
}

void Ledger::announce(const Commit& commit) {
    for (const Commit::Line& line : commit.lines) {
        observer_.recorded(line.report->delivery, line.report->outcome, line.step,
                           lanes_[line.report->lane].settings.relay);
    }
    for (const auto& [lane, health] : commit.went_down)
        observer_.relay_down(lanes_[lane].settings.relay, health);
    for (const std::size_t lane : commit.came_up) observer_.relay_up(lanes_[lane].settings.relay);
    for (std::size_t lane = 0; lane < commit.changes.size(); ++lane) announce_change(commit, lane);
    for (const Commit::Slowed& slowed : commit.slowed)
        observer_.domain_slowed(slowed.name, slowed.per_second, slowed.words);
    for (const std::string& domain : allotment_.restored()) observer_.domain_restored(domain);
    if (commit.taken_back > 0) observer_.no_longer_failed(commit.taken_back);
    for (const Commit::Pause& pause : commit.pauses)
        observer_.paused(pause.mailing_id, pause.newsletter, pause.reason);
}

void Ledger::announce_change(const Commit& commit, std::size_t lane) {
    const Commit::Change& change = commit.changes[lane];
    const std::string& relay = lanes_[lane].settings.relay;
    const RelayPace& learned = lanes_[lane].pace;
    if (change.say_slowed) observer_.relay_slowed(relay, learned.limit, learned.words);
    if (change.say_restored) observer_.relay_restored(relay);
    if (change.forgotten) observer_.relay_forgotten(relay);
    if (change.paused) observer_.relay_paused(relay);
    if (change.resumed) observer_.relay_resumed(relay);
    if (!change.lessons) return;
    const auto& [connections, messages] = *change.lessons;
    unsigned& said = lanes_[lane].said_connections;
    if (connections.learned() && (said == 0 || connections.limit < said)) {
        said = connections.limit;
        observer_.connections_learned(relay, connections.limit, connections.words);
    }
    if (messages.learned() &&
        messages.messages != std::exchange(lanes_[lane].said_messages, messages.messages))
        observer_.messages_learned(relay, messages.messages, messages.words);
}

// The commit failed: memory is as it was before it, with the new reports behind the old ones.
void Ledger::put_back(Commit& commit) {
    const Lock lock(mutex_);
    std::ranges::move(inbox_, std::back_inserter(commit.inbox));
    inbox_ = std::move(commit.inbox);
    others_wrote_ = true;
    for (std::size_t i = 0; i < commit.changes.size(); ++i) {
        if (commit.changes[i].lessons) lines_[i]->news_again();
    }
    for (std::size_t i = 0; i < commit.given_back.size(); ++i) {
        std::ranges::copy(commit.given_back[i], std::back_inserter(lanes_[i].given_back));
        std::ranges::move(commit.withdrawn_ready[i], std::back_inserter(lanes_[i].ready));
    }
}

// Other processes write the same database (an unsubscription, `mailings cancel` or `pause`), and mailings
// pause themselves: what couriers hold is looked up again.
void Ledger::recall_withdrawn() {
    const std::int64_t version = database_.data_version();
    if (version == seen_version_ && !paused_some_) return;
    seen_version_ = version;
    paused_some_ = false;
    others_wrote_ = true;
    orders_unread_ = true;
    std::vector<std::int64_t> ids;
    {
        const Lock lock(mutex_);
        for (const Lane& lane : lanes_) {
            std::ranges::copy(lane.in_flight, std::back_inserter(ids));
            std::ranges::transform(lane.ready, std::back_inserter(ids), &Delivery::id);
        }
    }
    recall_.add(deliveries_.no_longer_sending(ids));
}

}  // namespace paperround::queue
