// What the ledger's thread shares with those who send: claimed deliveries on their way out, by the relay that carries
// them (a lane each), and what comes back. In memory only: it neither reads nor writes the database.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "queue/ledger/read_trouble.hpp"
#include "queue/outcome.hpp"
#include "queue/recorder/flight_recorder.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::queue {

// What became of a delivery.
struct Report {
    std::size_t lane = 0;
    Delivery delivery;
    Outcome outcome;
    OutcomeKind reported{};  // as it came in: a commit that failed is judged anew
};

class HandOut {
  public:
    // One relay for each lane. `recorder`: what is noted there outlives a kill; null: none. It must outlive this.
    explicit HandOut(std::vector<std::string> relays, FlightRecorder* recorder = nullptr);

    // --- For composers and couriers

    // Waits until this lane has something to take; false when asked to stop.
    [[nodiscard]] bool wait_for_claims(std::size_t lane, const std::stop_token& stop);
    // Up to `most` of the lane's claimed deliveries, as far as nobody else has taken them.
    [[nodiscard]] std::vector<Delivery> take(std::size_t lane, std::size_t most);
    // The final dot of the delivery's message is about to leave.
    void dot_leaves(const Delivery& delivery);
    // The relay has refused its message, which is no outcome: it goes over another session.
    void not_begun(const Delivery& delivery);
    void report(std::size_t lane, Delivery delivery, Outcome outcome);
    // A delivery that `take` handed out and that was not begun.
    void give_back(std::size_t lane, const Delivery& delivery);
    // The database did not give back what belongs to deliveries that were handed out. They are given back as
    // well, and nobody's attempt is counted.
    void cannot_read(std::string_view reason) { reading_.cannot_read(reason); }
    // It did, of so many deliveries: none, where another composer was quicker, tells nothing. Costs nothing while all is
    // well.
    void could_read(std::size_t deliveries);

    // --- For everyone

    // Asks for a step soon: a poll stored posts, a mailing was resumed.
    void wake();
    // From now on outcomes are written and nothing is claimed: the daemon drains.
    void stop_claiming();
    // True once the last step found nothing due, nothing outstanding and nothing to prepare, and no wake()
    // came since.
    [[nodiscard]] bool quiet() const;
    // Blocks until quiet() or stop, or until the ledger says that waiting is in vain.
    void wait_until_quiet(const std::stop_token& stop);
    // Claimed, and not known to have ended.
    [[nodiscard]] std::size_t outstanding() const;
    // See LedgerObserver::database_replaced.
    [[nodiscard]] bool abandoned() const;

    // --- For the ledger's thread

    // Sleeps until something comes in or is asked for, `longest`, or a stop.
    void wait_for_work(const std::stop_token& stop, Duration longest);
    // The same, whatever comes in.
    void rest(const std::stop_token& stop, Duration length);

    struct Arrivals {
        bool claiming = true;
        std::vector<Report> reports;
        std::vector<std::vector<Delivery>> given_back;  // one list per lane
        std::vector<std::size_t> held;                  // per lane: outstanding, without those of the reports
    };
    // What has come in since the last call. It is settled, or put back.
    [[nodiscard]] Arrivals collect();
    // It is on disk, and so are new claims (by lane), which may be taken from now on. `idle`: the ledger found
    // nothing else to do.
    void settle(const Arrivals& arrivals, std::vector<std::vector<Delivery>> claimed, bool idle);
    // It is not: all is as it was, with what came in meanwhile behind it. `withdrawn`: what withdraw() gave, by lane.
    void put_back(Arrivals arrivals, std::vector<std::vector<Delivery>> withdrawn);

    // How the attempt of a delivery ended that an earlier process had claimed. There must be a lane for the relay.
    void report_left(std::string_view relay, Delivery delivery, Outcome outcome);

    [[nodiscard]] ReadTrouble& reading() { return reading_; }
    // All that are outstanding.
    [[nodiscard]] std::vector<std::int64_t> outstanding_ids() const;
    // Whose deliveries wait to be taken; each once.
    [[nodiscard]] std::vector<std::int64_t> mailings_ready() const;
    // Takes those back that wait to be taken and do not stay.
    [[nodiscard]] std::vector<Delivery> withdraw(std::size_t lane,
                                                 const std::function<bool(const Delivery&)>& stays);

    // Whether waiting for the end of the work is in vain.
    void set_hopeless(bool hopeless);
    // Nothing more is claimed, and what waits to be taken counts as given back.
    void close();
    // Nothing is handed out or waited for any more; what couriers hold.
    [[nodiscard]] std::vector<std::int64_t> abandon();

    // The relays whose couriers still hold something, or of which something has not been settled.
    [[nodiscard]] std::vector<std::string> relays_in_use() const;
    // All of that goes to `successor`, which must outlive this and have a lane for each of these relays; and so does
    // what couriers bring from now on.
    void hand_over_to(HandOut& successor);

  private:
    struct Lane {
        std::deque<Delivery> ready;           // claimed, waiting for a courier
        std::vector<std::int64_t> in_flight;  // with couriers
        std::vector<Delivery> given_back;
        // Trouble or a doubt was reported and is not judged yet: nothing is handed out.
        bool troubled = false;
    };
    struct Estate;  // what goes to the successor

    void take_in(std::size_t lane, Delivery delivery, Outcome outcome);
    [[nodiscard]] Estate part_with_all(HandOut& successor);
    void inherit(Estate estate);
    [[nodiscard]] std::size_t lane_of(std::string_view relay) const;
    [[nodiscard]] bool in_use(std::size_t lane) const REQUIRES(mutex_);
    [[nodiscard]] bool has_work() const REQUIRES(mutex_);

    const std::vector<std::string> relays_;
    FlightRecorder* const recorder_;
    ReadTrouble reading_;
    mutable Mutex mutex_;
    std::condition_variable_any work_;   // the ledger waits here
    std::condition_variable_any ready_;  // composers wait here
    std::condition_variable_any quiet_changed_;
    std::vector<Lane> lanes_ GUARDED_BY(mutex_);
    std::vector<Report> inbox_ GUARDED_BY(mutex_);
    bool woken_ GUARDED_BY(mutex_) = true;
    bool claiming_ GUARDED_BY(mutex_) = true;
    bool quiet_ GUARDED_BY(mutex_) = false;
    bool hopeless_ GUARDED_BY(mutex_) = false;
    bool abandoned_ GUARDED_BY(mutex_) = false;
    HandOut* successor_ GUARDED_BY(mutex_) = nullptr;
};

}  // namespace paperround::queue
