// What one step of the ledger does, gathered while its transaction is open: applied to memory, and announced,
// only once it is on disk. The ledger's own; its thread alone touches it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "queue/breaker.hpp"
#include "queue/ledger.hpp"

namespace paperround::queue {

struct Ledger::Commit {
    struct Line {
        const Report* report;  // in `inbox`
        Step step;
    };
    struct Pause {
        std::int64_t mailing_id;
        std::string newsletter;
        std::string reason;
    };
    Time now{};
    bool claiming = true;  // it may claim, where there is room
    std::vector<Report> inbox;
    std::vector<RelayHealth> health;                     // one per lane
    std::vector<RelayPace> pace;                         // one per lane
    std::vector<RelayOrders> orders;                     // one per lane
    std::vector<std::size_t> wanted;                     // claims, one per lane
    std::vector<std::vector<Delivery>> given_back;       // one per lane
    std::vector<std::vector<Delivery>> claimed;          // one per lane
    std::vector<std::vector<Delivery>> withdrawn_ready;  // taken out of the hand-out queues
    std::vector<Line> lines;
    std::vector<Pause> pauses;
    std::size_t taken_back = 0;  // of those that were recorded as failed
    struct Down {
        std::size_t lane;
        RelayHealth health;  // of that moment: a success later in the same commit empties the lane's
    };
    std::vector<Down> went_down;
    std::vector<std::size_t> came_up;
    std::vector<std::size_t> rests_on;  // stored, and not said again
    struct Slowed {
        std::string name;  // a domain or a provider
        double per_second;
        std::string words;
    };
    std::vector<Slowed> slowed;
    // What changed about a relay, by its lane.
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
    std::vector<Change> changes;                  // one per lane
    std::map<std::int64_t, std::int64_t> finals;  // deliveries that ended, by mailing
    std::map<std::int64_t, Breaker> breakers;     // of the mailings that outcomes came in for
    std::map<std::pair<std::size_t, std::int64_t>, RefusalRuns> runs;  // those that changed
    std::map<std::int64_t, MailboxAnswers> answers;  // those that were asked for, or changed
    bool moved = false;                              // deliveries to or from shelves, or swept some
    bool held_back = false;                          // something is due and waits for a limit
    Remaining to_prepare = Remaining::nothing;
};

}  // namespace paperround::queue
