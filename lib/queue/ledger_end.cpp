// How a ledger's work ends: finished, handed over to a successor, or broken off because the database is not
// the one that was opened.
#include <algorithm>
#include <thread>

#include "queue/ledger.hpp"

namespace paperround::queue {

using namespace std::chrono_literals;

namespace {
constexpr auto between_tries = 50ms;  // of the last commit
}  // namespace

struct Ledger::Estate {
    struct Part {
        std::string relay;
        std::vector<std::int64_t> in_flight;
        std::vector<Delivery> given_back;
        std::vector<Report> reports;
    };
    std::vector<Part> parts;  // of the lanes that have something to leave
};

bool Ledger::finish(Duration patience) {
    {
        const Lock lock(mutex_);
        for (Lane& lane : lanes_) {
            std::ranges::copy(lane.ready, std::back_inserter(lane.given_back));
            std::ranges::transform(lane.ready, std::back_inserter(lane.in_flight), &Delivery::id);
            lane.ready.clear();
        }
        claiming_ = false;
    }
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        step();
        if (abandoned()) return false;
        if (!failing_) return !claims_fail_ && !reading_fails_;
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(between_tries);
    }
}

void Ledger::hand_over_to(Ledger& successor) {
    successor.inherit(part_with_all(successor));
}

bool Ledger::in_use(std::size_t lane) const {
    return !lanes_[lane].in_flight.empty() || !lanes_[lane].given_back.empty() ||
           std::ranges::find(inbox_, lane, &Report::lane) != inbox_.end();
}

std::vector<std::string> Ledger::relays_in_use() const {
    const Lock lock(mutex_);
    std::vector<std::string> relays;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (in_use(i)) relays.push_back(lanes_[i].settings.relay);
    }
    return relays;
}

// From here on what couriers report goes to the successor.
Ledger::Estate Ledger::part_with_all(Ledger& successor) {
    const Lock lock(mutex_);
    successor_ = &successor;
    Estate estate;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        Lane& lane = lanes_[i];
        if (!in_use(i)) continue;
        Estate::Part& part = estate.parts.emplace_back();
        part.relay = lane.settings.relay;
        part.in_flight = std::exchange(lane.in_flight, {});
        part.given_back = std::exchange(lane.given_back, {});
        for (Report& report : inbox_) {
            if (report.lane == i) part.reports.push_back(std::move(report));
        }
    }
    inbox_.clear();
    return estate;
}

void Ledger::inherit(Estate estate) {
    {
        const Lock lock(mutex_);
        for (Estate::Part& part : estate.parts) {
            const std::size_t at = lane_of(part.relay);
            Lane& lane = lanes_[at];
            std::ranges::move(part.in_flight, std::back_inserter(lane.in_flight));
            std::ranges::move(part.given_back, std::back_inserter(lane.given_back));
            for (Report& report : part.reports) {
                report.lane = at;
                inbox_.push_back(std::move(report));
            }
        }
    }
    wake();
}

// Every relay of a predecessor whose couriers are at work has a lane: see LaneSettings::connections.
std::size_t Ledger::lane_of(std::string_view relay) const {
    const auto found =
        std::ranges::find_if(lanes_, [&](const Lane& lane) { return lane.settings.relay == relay; });
    if (found == lanes_.end())
        throw std::logic_error("no lane for the relay " + std::string(relay) + " of the predecessor");
    return static_cast<std::size_t>(found - lanes_.begin());
}

bool Ledger::abandoned() const {
    const Lock lock(mutex_);
    return abandoned_;
}

void Ledger::abandon() {
    std::vector<std::int64_t> held;
    {
        const Lock lock(mutex_);
        abandoned_ = true;
        claiming_ = false;
        quiet_ = true;  // whoever waits for the end has it
        for (Lane& lane : lanes_) {
            std::ranges::copy(lane.in_flight, std::back_inserter(held));
            lane.ready.clear();
        }
    }
    recall_.add(held);
    quiet_changed_.notify_all();
    observer_.database_replaced();
}

}  // namespace paperround::queue
