#include "queue/ledger/ledger.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "queue/ledger/ledger_step.hpp"

namespace paperround::queue {

using namespace std::chrono_literals;

namespace {
constexpr auto commit_pace = 4ms;  // between the beginnings of commits under load
constexpr auto breath = 1ms;       // after a commit at the least: other writers get their turn
constexpr auto tick = 200ms;       // how soon due times and other writers are noticed
constexpr auto after_failure = 1s;
constexpr auto between_tries = 50ms;  // of the last commit
}  // namespace

Ledger::Ledger(db::Database& database, LedgerSettings settings, LedgerDuties& duties,
               LedgerObserver& observer, Recall& recall, const Clock& clock, Random& random,
               FlightRecorder* recorder)
    : database_(database),
      memory_(database, std::move(settings), clock, recorder),
      hand_out_(relays_of(memory_.settings.lanes), recorder),
      duties_(duties),
      observer_(observer),
      recall_(recall),
      clock_(clock),
      random_(random) {}

Duration Ledger::since_last_step() const {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - last_step_.load());
}

void Ledger::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto began = std::chrono::steady_clock::now();
        const bool more = step();
        last_step_ = std::chrono::steady_clock::now();
        if (failing_) {
            hand_out_.rest(stop, after_failure);
            continue;
        }
        // A rate that keeps something back lets its next one through in time.
        if (!more) hand_out_.wait_for_work(stop, std::min<Duration>(tick, memory_.until_room.value_or(tick)));
        // Sleep unconditionally: a condition wait would wake at every report.
        std::this_thread::sleep_until(
            std::max(began + commit_pace, std::chrono::steady_clock::now() + breath));
    }
}

bool Ledger::step() {
    if (hand_out_.abandoned()) return false;
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
    std::optional<LedgerStep> step;
    try {
        recall_withdrawn();
        step.emplace(memory_, hand_out_, duties_, random_, clock_.now());
        db::Transaction transaction(database_);
        step->write(recall_);
        transaction.commit();
    } catch (const db::Error& error) {
        duties_.rolled_back(error);
        if (step) step->undo();
        failed(error);
        return false;
    }
    duties_.committed();
    // A step that claims nothing reads little: it cannot tell that all is well again.
    if (failing_ && (step->may_claim() || !claims_fail_)) observer_.write_resumed();
    failing_ = false;
    if (step->may_claim()) claims_fail_ = false;
    step->keep(recall_);
    step->announce(observer_);
    return step->more_to_do();
}

void Ledger::failed(const db::Error& error) {
    // What was claimed with it is not handed out: the database in place knows nothing of it.
    if (error.code() == db::Error::Code::replaced) return abandon();
    if (!failing_) observer_.write_failed(error.what());
    failing_ = true;
    const bool of_reading =
        error.code() == db::Error::Code::corrupt || error.code() == db::Error::Code::unreadable;
    claims_fail_ = claims_fail_ || of_reading;
    database_.forget_pages();
}

// As of a failed write, since it is the same to who reads of it: nothing new is sent.
void Ledger::tell_of_reading() {
    const ReadTrouble::News news = hand_out_.reading().news();
    if (news.over) observer_.write_resumed();
    if (!news.failure.empty()) observer_.write_failed(news.failure);
}

// Whoever waits for the end of the work does not wait for a database that stays as it is.
void Ledger::watch_trouble() {
    if (!failing_ && !hand_out_.reading().any()) {
        if (trouble_since_) hand_out_.set_hopeless(false);
        trouble_since_.reset();
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!trouble_since_) trouble_since_ = now;
    if (now - *trouble_since_ >= memory_.settings.patience) hand_out_.set_hopeless(true);
}

// Other processes write the same database (an unsubscription, `mailings cancel` or `pause`), and mailings
// pause themselves: what couriers hold is looked up again.
void Ledger::recall_withdrawn() {
    const std::int64_t version = database_.data_version();
    if (version == seen_version_ && !memory_.paused_some) return;
    seen_version_ = version;
    memory_.paused_some = false;
    memory_.others_wrote = true;
    memory_.orders_unread = true;
    recall_.add(memory_.deliveries.no_longer_sending(hand_out_.outstanding_ids()));
}

bool Ledger::finish(Duration patience) {
    hand_out_.close();
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        step();
        if (hand_out_.abandoned()) return false;
        if (!failing_) return !claims_fail_ && !hand_out_.reading().any();
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(between_tries);
    }
}

void Ledger::abandon() {
    recall_.add(hand_out_.abandon());
    observer_.database_replaced();
}

}  // namespace paperround::queue
