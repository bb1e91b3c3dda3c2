// The one writer of the queue. Couriers hand in outcomes and take claimed deliveries; each commit carries the
// outcomes that came in and the next claims, so a delivery is durably `sending` before its body may leave,
// and durably settled soon after its reply.
//
// What is on disk: every state. What is only in memory: outcomes not yet committed (a crash turns those into
// doubts, at most `doubt_window` of them) and the hand-out queues.
//
// A failed write stops the claiming: outcomes stay in memory, couriers run dry, and the same outcomes are
// written again every second until it works. Nothing is dropped. So does a read that fails, here or where
// letters are composed: one delivery at a time then tries whether it works again, less and less often.
//
// A database that was replaced while it was open (a backup moved into place, say) ends the work: what is
// written would reach nobody, and who left is only in the other one. Nothing is claimed, what couriers hold
// is recalled, and finish() fails.
//
// A successor may take over (a reload): what couriers still hold is its own from then on, and what they
// report later reaches it.
//
// Pacing: under load a commit begins 4 ms after the last one began, and 1 ms after it ended, which makes the
// groups large and lets the command line's short transactions in between.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "queue/allotment.hpp"
#include "queue/attempt_store.hpp"
#include "queue/claim.hpp"
#include "queue/delivery_store.hpp"
#include "queue/limit_store.hpp"
#include "queue/mailing_store.hpp"
#include "queue/providers.hpp"
#include "queue/recall.hpp"
#include "queue/refusal_runs.hpp"
#include "queue/relay_lessons.hpp"
#include "queue/relay_line.hpp"
#include "queue/relay_store.hpp"
#include "queue/time_store.hpp"

namespace paperround::queue {

// One relay's share of the work.
struct LaneSettings {
    std::string relay;
    unsigned connections = 1;  // 0: nothing is claimed; a predecessor's couriers still report (a reload)
    std::vector<std::string> newsletters;     // whose mailings this relay carries
    std::map<std::string, unsigned> weights;  // its part of a newsletter's work, where that is not 1
    unsigned messages = 100;                  // in one session
};

struct LedgerSettings {
    config::Retry retry;
    config::OnDoubt on_doubt = config::OnDoubt::resend;
    unsigned doubt_window = 50;
    std::vector<LaneSettings> lanes;
    std::vector<LimitSettings> limits;
    config::Breaker breaker;
    SendWindows windows;
    std::shared_ptr<const Providers> providers = std::make_shared<Providers>();
    Duration patience = std::chrono::seconds(30);  // of who waits for the end, with a database in trouble
};

// What is left of the work that creates deliveries.
enum class Remaining {
    nothing,
    waiting,  // for something that wakes the ledger, or for a moment
    some,     // can be done at once
};

// What a stage further on does inside the ledger's commit. Called on the ledger's thread, with a transaction
// open.
class LedgerDuties {
  public:
    virtual ~LedgerDuties() = default;
    // Consequences of a step beyond the queue: suppressing an address, say.
    virtual void settle(const Delivery& delivery, const Outcome& outcome, const Step& step, Time now) = 0;
    // A bounded piece of the work that creates deliveries: starting and fanning out mailings.
    virtual Remaining prepare_deliveries(Time now) = 0;
    // The mailing's breaker has tripped: what it said about addresses is not believed.
    virtual void breaker_tripped(std::int64_t mailing_id) { static_cast<void>(mailing_id); }
    // What was recorded about these readers was about us: their deliveries wait again. Who has left since is
    // for this to withdraw.
    virtual void taken_back(std::int64_t mailing_id, std::span<const DeliveryRow> deliveries, Time now) {
        static_cast<void>(mailing_id);
        static_cast<void>(deliveries);
        static_cast<void>(now);
    }
};

// What happened, after it was committed; on the ledger's thread. For the daemon's log and figures.
class LedgerObserver {
  public:
    virtual ~LedgerObserver() = default;
    virtual void recorded(const Delivery& delivery, const Outcome& outcome, const Step& step,
                          std::string_view relay) = 0;
    virtual void relay_down(std::string_view relay, const RelayHealth& health) = 0;
    virtual void relay_up(std::string_view relay) = 0;
    virtual void paused(std::int64_t mailing_id, std::string_view newsletter, std::string_view reason) = 0;
    // So many that had been recorded as failed are to be sent after all.
    virtual void no_longer_failed(std::size_t /*deliveries*/) {}
    // The domain or provider asked for less, and gets so many a second now; or it is as fast again as it was.
    virtual void domain_slowed(std::string_view /*domain*/, double /*per_second*/,
                               std::string_view /*words*/) {}
    virtual void domain_restored(std::string_view /*domain*/) {}
    // The relay asks for less, and gets so many a second now; or it gets all again.
    virtual void relay_slowed(std::string_view /*relay*/, double /*per_second*/, std::string_view /*words*/) {
    }
    virtual void relay_restored(std::string_view /*relay*/) {}
    // It takes no more than so many connections, or messages in a session.
    virtual void connections_learned(std::string_view /*relay*/, unsigned /*connections*/,
                                     std::string_view /*words*/) {}
    virtual void messages_learned(std::string_view /*relay*/, unsigned /*messages*/,
                                  std::string_view /*words*/) {}
    // A person has paused it, or lets it go on.
    virtual void relay_paused(std::string_view /*relay*/) {}
    virtual void relay_resumed(std::string_view /*relay*/) {}
    virtual void relay_forgotten(std::string_view /*relay*/) {}
    virtual void write_failed(std::string_view reason) = 0;
    virtual void write_resumed() = 0;
    // The database's files are not those that were opened any more: nothing is claimed or written from now
    // on.
    virtual void database_replaced() {}
};

class Ledger {
  public:
    Ledger(db::Database& database, LedgerSettings settings, LedgerDuties& duties, LedgerObserver& observer,
           Recall& recall, const Clock& clock, Random& random);

    // --- For composers and couriers; thread-safe
    // -----------------------------------------------------------------

    // Waits until this lane has something to take; false when asked to stop.
    [[nodiscard]] bool wait_for_claims(std::size_t lane, const std::stop_token& stop);
    // Up to `most` of the lane's claimed deliveries, as far as nobody else has taken them.
    [[nodiscard]] std::vector<Delivery> take(std::size_t lane, std::size_t most);
    void report(std::size_t lane, Delivery delivery, Outcome outcome);
    // A delivery that `take` handed out and that was not begun.
    void give_back(std::size_t lane, const Delivery& delivery);
    // The database did not give back what belongs to deliveries that were handed out. They are given back as
    // well, and nobody's attempt is counted.
    void cannot_read(std::string_view reason);
    // It did. Costs nothing while all is well.
    void could_read();
    // What the lane's couriers share; lives as long as the ledger.
    [[nodiscard]] RelayLine& line(std::size_t lane) { return *lines_[lane]; }

    // --- For the ledger's own thread (or a test, step by step)
    // ----------------------------------------------------

    // Runs until asked to stop. What couriers report later is written by finish().
    void run(const std::stop_token& stop);
    // One commit; true where there is more to do at once.
    bool step();
    // From now on outcomes are written and nothing is claimed: the daemon drains. Thread-safe.
    void stop_claiming();
    // After the couriers have ended: writes the last outcomes and puts back what was handed out but not
    // begun. Tried again until `patience` is over, and once at least. False where the database does not take
    // it, and those deliveries are then doubts of the next start; and where it could not be read when that
    // was last tried.
    bool finish(Duration patience = Duration(0));
    // Behind finish(), when this ledger's thread has ended: what couriers hold, and what could not be
    // written, goes to `successor`, which must outlive this ledger. Thread-safe against couriers.
    void hand_over_to(Ledger& successor);
    // Behind finish(): the relays whose couriers still hold something, or of which something is not written.
    // The successor needs a lane for each.
    [[nodiscard]] std::vector<std::string> relays_in_use() const;

    // --- For everyone; thread-safe
    // --------------------------------------------------------------------------------

    // Asks for a step soon: a poll stored posts, a mailing was resumed.
    void wake();
    // True once the last step found nothing due, nothing outstanding and nothing to prepare, and no wake()
    // came since.
    [[nodiscard]] bool quiet() const;
    // Blocks until quiet() or stop; or until the database has been in trouble for LedgerSettings::patience.
    void wait_until_quiet(const std::stop_token& stop);
    [[nodiscard]] std::size_t outstanding() const;
    // How many runs of refusals are remembered (queue/refusal_runs.hpp). On the ledger's thread.
    [[nodiscard]] std::size_t runs() const { return runs_.size(); }
    // See LedgerObserver::database_replaced.
    [[nodiscard]] bool abandoned() const;
    // How long ago the last step ended, whether or not it could write. By the steady clock.
    [[nodiscard]] Duration since_last_step() const;

  private:
    struct Report {
        std::size_t lane;
        Delivery delivery;
        Outcome outcome;
        OutcomeKind reported;  // as it came in: a commit that failed is judged anew
    };
    struct Lane {
        LaneSettings settings;
        RelayHealth health;
        RelayPace pace;
        RelayOrders orders;
        unsigned said_connections = 0;  // in the last line about them
        unsigned said_messages = 0;
        std::deque<Delivery> ready;           // claimed, waiting for a courier
        std::vector<std::int64_t> in_flight;  // with couriers
        std::vector<Delivery> given_back;
        bool troubled =
            false;  // trouble or a doubt was reported and is not judged yet: nothing is handed out
    };
    struct Commit;  // what one step does, applied to memory only once it is on disk

    // The database did not give back what was asked of it; guarded by mutex_.
    struct Unread {
        std::string reason;
        bool said = false;
        Duration pause;  // until one more delivery tries
        std::chrono::steady_clock::time_point next_look;
    };

    [[nodiscard]] Commit begin_commit(Time now);
    bool commit_one();
    [[nodiscard]] std::size_t claimable(std::size_t room) REQUIRES(mutex_);
    void failed(const db::Error& error, Commit& commit);
    void tell_of_reading();
    void watch_trouble();
    void write_reports(Commit& commit);
    void write_report(Commit& commit, Report& report);
    // Who else heard the same; in ledger_refusals.cpp. True where the refusal was about us: the delivery
    // waits again, and its outcome may have become the relay's.
    [[nodiscard]] bool hear(Commit& commit, Report& report);
    [[nodiscard]] bool hear_refusal(Commit& commit, const Report& report);
    void hear_delay(Commit& commit, Report& report);
    [[nodiscard]] RefusalRuns::Finding add_to_run(Commit& commit, RefusalRuns& runs, const Report& report,
                                                  std::int64_t attempt, Time at);
    void take_back_delays(Commit& commit, std::size_t lane, const RefusalRuns::Run& run);
    void stop_for_our_fault(Commit& commit, const Report& report, const RefusalRuns::Run& run);
    // Before the last `answers`, of which `about_mailbox` were about the mailbox.
    [[nodiscard]] MailboxAnswers answers_before(Commit& commit, std::int64_t mailing, std::int64_t answers,
                                                std::int64_t about_mailbox);
    [[nodiscard]] MailboxAnswers& answers_of(Commit& commit, std::int64_t mailing);
    void count_answer(Commit& commit, const Report& report);
    void remember_refusals(Commit& commit);
    void recall_refusals();
    void forget_ended_runs();
    [[nodiscard]] bool became_suspected(const Commit& commit, std::size_t lane, std::int64_t mailing) const;
    void limit_suspects(const Commit& commit, std::size_t lane, Allowance& allowance);
    void write_health(Commit& commit, const Report& report);
    void write_pace(Commit& commit, const Report& report);
    void write_relays(Commit& commit);
    void write_orders(Commit& commit, std::size_t lane);
    void tell_couriers(const Commit& commit);
    void write_pause(Commit& commit, const Report& report, const Step& step);
    void write_breaker(Commit& commit, const Report& report, Step& step);
    void write_presence(Time now);
    void write_claims(Commit& commit);
    [[nodiscard]] std::size_t claim_limit(const Commit& commit, std::size_t lane) const;
    [[nodiscard]] bool waits_for_a_limit(const Commit& commit);
    void release_what_waits(Commit& commit);
    void apply(Commit& commit);
    void announce(const Commit& commit);
    void announce_change(const Commit& commit, std::size_t lane);
    void take_up_pace();
    void put_back(Commit& commit);
    void recall_withdrawn();
    void abandon();
    struct Estate;  // what a ledger leaves to its successor
    [[nodiscard]] Estate part_with_all(Ledger& successor);
    void inherit(Estate estate);
    [[nodiscard]] std::size_t lane_of(std::string_view relay) const;
    [[nodiscard]] bool in_use(std::size_t lane) const REQUIRES(mutex_);  // with the mutex held
    [[nodiscard]] bool has_work() const REQUIRES(mutex_);

    db::Database& database_;
    MailingStore mailings_;
    DeliveryStore deliveries_;
    AttemptStore attempts_;
    LimitStore limits_;
    RelayStore relays_;
    TimeStore times_;
    LedgerSettings settings_;
    LedgerDuties& duties_;
    LedgerObserver& observer_;
    Recall& recall_;
    const Clock& clock_;
    Random& random_;

    mutable Mutex mutex_;
    std::condition_variable_any work_;   // the ledger waits here
    std::condition_variable_any ready_;  // couriers wait here
    std::condition_variable_any quiet_changed_;
    std::vector<Lane> lanes_;
    // By lane and mailing, 0 where it concerns all of the lane's; the ledger's thread alone. Made anew at a
    // start from what is on record.
    std::map<std::pair<std::size_t, std::int64_t>, RefusalRuns> runs_;
    std::map<std::int64_t, MailboxAnswers> answers_;  // of mailings for which they were asked
    std::vector<std::unique_ptr<RelayLine>> lines_;   // one per lane
    Allotment allotment_;                             // the ledger's thread alone
    ClaimTurns turns_;                                // the ledger's thread alone
    std::vector<Report> inbox_ GUARDED_BY(mutex_);
    bool woken_ GUARDED_BY(mutex_) = true;
    bool claiming_ GUARDED_BY(mutex_) = true;
    bool quiet_ GUARDED_BY(mutex_) = false;
    bool failing_ = false;                     // to write; the ledger's thread alone
    bool claims_fail_ = false;                 // for what cannot be read; the ledger's thread alone
    std::atomic<bool> reading_fails_ = false;  // whether there is an unread_
    std::optional<Unread> unread_ GUARDED_BY(mutex_);
    bool read_again_ GUARDED_BY(mutex_) = false;  // to be said
    std::optional<std::chrono::steady_clock::time_point> trouble_since_ GUARDED_BY(mutex_);
    bool given_up_ GUARDED_BY(mutex_) = false;
    bool abandoned_ GUARDED_BY(mutex_) = false;
    Ledger* successor_ GUARDED_BY(mutex_) = nullptr;
    std::atomic<std::chrono::steady_clock::time_point> last_step_{std::chrono::steady_clock::now()};
    bool orders_unread_ = true;  // another process may have written some
    std::optional<Duration> until_room_;
    bool others_wrote_ = false;  // since ready deliveries were last compared with their mailings
    bool paused_some_ = false;   // since what couriers hold was last compared
    std::int64_t seen_version_ = 0;
    std::optional<Time> seen_saved_;  // when it was at work, as it is stored
};

}  // namespace paperround::queue
