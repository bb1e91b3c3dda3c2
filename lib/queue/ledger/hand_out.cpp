#include "queue/ledger/hand_out.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace paperround::queue {

HandOut::HandOut(std::vector<std::string> relays, FlightRecorder* recorder)
    : relays_(std::move(relays)), recorder_(recorder), lanes_(relays_.size()) {}

// --- For composers and couriers

bool HandOut::wait_for_claims(std::size_t lane_number, const std::stop_token& stop) {
    Lock lock(mutex_);
    const Lane& lane = lanes_[lane_number];
    const bool any = ready_.wait(lock, stop, [&lane] { return !lane.ready.empty() && !lane.troubled; });
    return any && !stop.stop_requested();
}

std::vector<Delivery> HandOut::take(std::size_t lane_number, std::size_t most) {
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

void HandOut::dot_leaves(const Delivery& delivery) {
    if (recorder_ != nullptr) recorder_->dot_leaves(delivery.flight);
}

void HandOut::not_begun(const Delivery& delivery) {
    if (recorder_ != nullptr) recorder_->not_begun(delivery.flight);
}

void HandOut::report(std::size_t lane, Delivery delivery, Outcome outcome) {
    if (recorder_ != nullptr) recorder_->answered(delivery.flight, outcome);
    take_in(lane, std::move(delivery), std::move(outcome));
}

void HandOut::take_in(std::size_t lane, Delivery delivery, Outcome outcome) {
    bool first = false;
    {
        Lock lock(mutex_);
        if (HandOut* const successor = successor_; successor != nullptr) {
            lock.unlock();
            return successor->take_in(successor->lane_of(relays_[lane]), std::move(delivery),
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

void HandOut::give_back(std::size_t lane, const Delivery& delivery) {
    {
        Lock lock(mutex_);
        if (HandOut* const successor = successor_; successor != nullptr) {
            lock.unlock();
            return successor->give_back(successor->lane_of(relays_[lane]), delivery);
        }
        lanes_[lane].given_back.push_back(delivery);
    }
    work_.notify_one();
}

void HandOut::could_read(std::size_t deliveries) {
    if (deliveries == 0 || !reading_.could_read()) return;
    {
        const Lock lock(mutex_);
        woken_ = true;
    }
    work_.notify_one();
}

// --- For everyone

void HandOut::wake() {
    {
        const Lock lock(mutex_);
        woken_ = true;
        quiet_ = false;
    }
    work_.notify_one();
}

void HandOut::stop_claiming() {
    const Lock lock(mutex_);
    claiming_ = false;
}

bool HandOut::quiet() const {
    const Lock lock(mutex_);
    return quiet_;
}

void HandOut::wait_until_quiet(const std::stop_token& stop) {
    Lock lock(mutex_);
    quiet_changed_.wait(lock, stop, [this]() REQUIRES(mutex_) { return quiet_ || hopeless_ || abandoned_; });
}

std::size_t HandOut::outstanding() const {
    const Lock lock(mutex_);
    std::size_t count = 0;
    for (const Lane& lane : lanes_) count += lane.ready.size() + lane.in_flight.size();
    return count;
}

bool HandOut::abandoned() const {
    const Lock lock(mutex_);
    return abandoned_;
}

// --- For the ledger's thread

bool HandOut::has_work() const {
    return woken_ || !inbox_.empty() ||
           std::ranges::any_of(lanes_, [](const Lane& lane) { return !lane.given_back.empty(); });
}

void HandOut::wait_for_work(const std::stop_token& stop, Duration longest) {
    Lock lock(mutex_);
    work_.wait_for(lock, stop, longest, [this]() REQUIRES(mutex_) { return has_work(); });
}

void HandOut::rest(const std::stop_token& stop, Duration length) {
    Lock lock(mutex_);
    work_.wait_for(lock, stop, length, [] { return false; });
}

HandOut::Arrivals HandOut::collect() {
    Arrivals arrivals;
    const Lock lock(mutex_);
    woken_ = false;
    arrivals.claiming = claiming_;
    arrivals.reports.swap(inbox_);
    for (Lane& lane : lanes_) {
        arrivals.given_back.push_back(std::exchange(lane.given_back, {}));
        arrivals.held.push_back(lane.ready.size() + lane.in_flight.size());
    }
    for (const Report& report : arrivals.reports) --arrivals.held[report.lane];
    return arrivals;
}

void HandOut::settle(const Arrivals& arrivals, std::vector<std::vector<Delivery>> claimed, bool idle) {
    {
        const Lock lock(mutex_);
        for (const Report& report : arrivals.reports)
            std::erase(lanes_[report.lane].in_flight, report.delivery.id);
        bool outstanding = false;
        for (std::size_t i = 0; i < lanes_.size(); ++i) {
            Lane& lane = lanes_[i];
            for (const Delivery& delivery : arrivals.given_back[i]) std::erase(lane.in_flight, delivery.id);
            lane.troubled = false;
            std::ranges::move(claimed[i], std::back_inserter(lane.ready));
            outstanding = outstanding || !lane.ready.empty() || !lane.in_flight.empty();
        }
        quiet_ = idle && !outstanding && !has_work();
    }
    ready_.notify_all();
    quiet_changed_.notify_all();
}

void HandOut::put_back(Arrivals arrivals, std::vector<std::vector<Delivery>> withdrawn) {
    const Lock lock(mutex_);
    std::ranges::move(inbox_, std::back_inserter(arrivals.reports));
    inbox_ = std::move(arrivals.reports);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        std::ranges::move(arrivals.given_back[i], std::back_inserter(lanes_[i].given_back));
        std::ranges::move(withdrawn[i], std::back_inserter(lanes_[i].ready));
    }
}

void HandOut::report_left(std::string_view relay, Delivery delivery, Outcome outcome) {
    const std::size_t lane = lane_of(relay);
    {
        const Lock lock(mutex_);
        lanes_[lane].in_flight.push_back(delivery.id);
    }
    take_in(lane, std::move(delivery), std::move(outcome));
}

std::vector<std::int64_t> HandOut::outstanding_ids() const {
    std::vector<std::int64_t> ids;
    const Lock lock(mutex_);
    for (const Lane& lane : lanes_) {
        std::ranges::copy(lane.in_flight, std::back_inserter(ids));
        std::ranges::transform(lane.ready, std::back_inserter(ids), &Delivery::id);
    }
    return ids;
}

std::vector<std::int64_t> HandOut::mailings_ready() const {
    std::vector<std::int64_t> mailings;
    {
        const Lock lock(mutex_);
        for (const Lane& lane : lanes_)
            std::ranges::transform(lane.ready, std::back_inserter(mailings), &Delivery::mailing_id);
    }
    std::ranges::sort(mailings);
    mailings.erase(std::unique(mailings.begin(), mailings.end()), mailings.end());
    return mailings;
}

std::vector<Delivery> HandOut::withdraw(std::size_t lane, const std::function<bool(const Delivery&)>& stays) {
    const Lock lock(mutex_);
    auto& ready = lanes_[lane].ready;
    const auto goes = std::stable_partition(ready.begin(), ready.end(), stays);
    std::vector<Delivery> withdrawn(std::make_move_iterator(goes), std::make_move_iterator(ready.end()));
    ready.erase(goes, ready.end());
    return withdrawn;
}

void HandOut::set_hopeless(bool hopeless) {
    {
        const Lock lock(mutex_);
        hopeless_ = hopeless;
    }
    if (hopeless) quiet_changed_.notify_all();
}

void HandOut::close() {
    const Lock lock(mutex_);
    for (Lane& lane : lanes_) {
        std::ranges::copy(lane.ready, std::back_inserter(lane.given_back));
        std::ranges::transform(lane.ready, std::back_inserter(lane.in_flight), &Delivery::id);
        lane.ready.clear();
    }
    claiming_ = false;
}

std::vector<std::int64_t> HandOut::abandon() {
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
    quiet_changed_.notify_all();
    return held;
}

// --- The successor

struct HandOut::Estate {
    struct Part {
        std::string relay;
        std::vector<std::int64_t> in_flight;
        std::vector<Delivery> given_back;
        std::vector<Report> reports;
    };
    std::vector<Part> parts;  // of the lanes that have something to leave
};

bool HandOut::in_use(std::size_t lane) const {
    return !lanes_[lane].in_flight.empty() || !lanes_[lane].given_back.empty() ||
           std::ranges::find(inbox_, lane, &Report::lane) != inbox_.end();
}

std::vector<std::string> HandOut::relays_in_use() const {
    const Lock lock(mutex_);
    std::vector<std::string> relays;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (in_use(i)) relays.push_back(relays_[i]);
    }
    return relays;
}

void HandOut::hand_over_to(HandOut& successor) {
    successor.inherit(part_with_all(successor));
}

// From here on what couriers report goes to the successor.
HandOut::Estate HandOut::part_with_all(HandOut& successor) {
    const Lock lock(mutex_);
    successor_ = &successor;
    Estate estate;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (!in_use(i)) continue;
        Estate::Part& part = estate.parts.emplace_back();
        part.relay = relays_[i];
        part.in_flight = std::exchange(lanes_[i].in_flight, {});
        part.given_back = std::exchange(lanes_[i].given_back, {});
        for (Report& report : inbox_) {
            if (report.lane == i) part.reports.push_back(std::move(report));
        }
    }
    inbox_.clear();
    return estate;
}

void HandOut::inherit(Estate estate) {
    {
        const Lock lock(mutex_);
        for (Estate::Part& part : estate.parts) {
            const std::size_t at = lane_of(part.relay);
            std::ranges::move(part.in_flight, std::back_inserter(lanes_[at].in_flight));
            std::ranges::move(part.given_back, std::back_inserter(lanes_[at].given_back));
            for (Report& report : part.reports) {
                report.lane = at;
                inbox_.push_back(std::move(report));
            }
        }
    }
    wake();
}

// Every relay of a predecessor whose couriers are at work has a lane: see LaneSettings::connections.
std::size_t HandOut::lane_of(std::string_view relay) const {
    const auto found = std::ranges::find(relays_, relay);
    if (found == relays_.end())
        throw std::logic_error("no lane for the relay " + std::string(relay) + " of the predecessor");
    return static_cast<std::size_t>(found - relays_.begin());
}

}  // namespace paperround::queue
