// One step of the ledger: what came in is written, with what follows from it and the next claims, in one transaction.
// Memory changes once that is on disk, and only then is anything said.
//
//     LedgerStep step(memory, hand_out, duties, random, now);
//     step.write(recall);  // inside the transaction; throws db::Error
//     step.keep(recall);   // it was committed; or step.undo()
//     step.announce(observer);
//
// The ledger's thread alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "queue/ledger/hand_out.hpp"
#include "queue/ledger/ledger_duties.hpp"
#include "queue/ledger/ledger_memory.hpp"
#include "queue/ledger/ledger_observer.hpp"
#include "queue/ledger/recall.hpp"
#include "queue/policy/breaker.hpp"
#include "queue/policy/retry_policy.hpp"

namespace paperround::queue {

class LedgerStep {
  public:
    // Takes what has come in.
    LedgerStep(LedgerMemory& memory, HandOut& hand_out, LedgerDuties& duties, Random& random, Time now);

    void write(const Recall& recall);
    void undo();
    void keep(Recall& recall);
    void announce(LedgerObserver& observer);

    // It may claim, where there is room.
    [[nodiscard]] bool may_claim() const { return arrivals_.claiming; }
    // There is more to do at once.
    [[nodiscard]] bool more_to_do() const;

  private:
    struct Recorded {
        const Report* report;  // in arrivals_
        Step step;
    };
    struct Pause {
        std::int64_t mailing_id;
        std::string newsletter;
        std::string reason;
    };
    struct Down {
        std::size_t lane;
        RelayHealth health;  // of that moment: a success later in the same step empties the lane's
    };
    struct Slowed {
        std::string name;  // a domain or a provider
        double per_second;
        std::string words;
    };
    // What changed about a relay.
    struct Change {
        bool pace = false;
        std::optional<RelayLine::Lessons> lessons;
        bool forgotten = false;
        bool paused = false;
        bool resumed = false;
        bool say_slowed = false;
        bool say_restored = false;
        [[nodiscard]] bool any() const { return pace || lessons || forgotten; }
    };
    struct Lane {
        RelayHealth health;
        RelayPace pace;
        RelayOrders orders;
        std::size_t wanted = 0;  // claims
        Change change;
    };

    void want_claims();
    // They have a slot of the flight recorder no more.
    void free_flight(const Delivery& delivery);
    void free_flights(const std::vector<Delivery>& deliveries);
    void write_presence();
    // In ledger_step_outcomes.cpp: what came in, and what follows from it.
    void write_reports();
    void write_report(Report& report);
    void write_health(const Report& report);
    void write_pace(const Report& report);
    void write_breaker(const Report& report, Step& step);
    void write_pause(const Report& report, const Step& step);
    void pause_for_our_fault(const Report& report, const RefusalRuns::Run& run);
    void take_back_delays(std::size_t lane, const RefusalRuns::Run& run);
    // In ledger_step_relays.cpp: what was learned of the relays, and what a person says about them.
    void write_relays();
    void write_orders(std::size_t lane);
    void tell_couriers();
    void announce_change(LedgerObserver& observer, std::size_t lane);
    // In ledger_step_claims.cpp: what goes back, and the next claims.
    void release_what_waits();
    void release(std::size_t lane, const Delivery& delivery);
    void write_claims(const Recall& recall);
    [[nodiscard]] std::size_t claim_limit(std::size_t lane) const;
    [[nodiscard]] bool waits_for_a_limit();

    [[nodiscard]] const std::string& relay_of(std::size_t lane) const {
        return memory_.lanes[lane].settings.relay;
    }

    LedgerMemory& memory_;
    HandOut& hand_out_;
    LedgerDuties& duties_;
    Random& random_;
    const Time now_;
    HandOut::Arrivals arrivals_;
    std::vector<Lane> lanes_;
    std::vector<std::vector<Delivery>> claimed_;    // by lane
    std::vector<std::vector<Delivery>> withdrawn_;  // by lane: claimed earlier and not taken yet
    std::vector<Recorded> recorded_;
    std::vector<Pause> pauses_;
    std::size_t taken_back_ = 0;  // of those that were recorded as failed
    std::vector<Down> went_down_;
    std::vector<std::size_t> came_up_;
    std::vector<std::size_t> rests_on_;  // stored, and not said again
    std::vector<Slowed> slowed_;
    std::map<std::int64_t, std::int64_t> finals_;  // deliveries that ended, by mailing
    std::set<std::int64_t> accepted_;              // mailings of which a copy was
    std::map<std::int64_t, Breaker> breakers_;     // of the mailings that outcomes came in for
    Remaining to_prepare_ = Remaining::nothing;
    bool presence_written_ = false;
    bool claimed_some_ = false;
    bool moved_ = false;      // deliveries to or from shelves, or swept some
    bool held_back_ = false;  // something is due and waits for a limit
};

}  // namespace paperround::queue
