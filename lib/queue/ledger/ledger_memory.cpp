#include "queue/ledger/ledger_memory.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace paperround::queue {

namespace {

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

Allotment make_allotment(db::Database& database, LimitStore& store, const LedgerSettings& settings) {
    db::Transaction transaction(database);
    Allotment allotment(store, settings.limits, carriers_of(settings.lanes), relays_of(settings.lanes),
                        settings.windows, settings.providers);
    transaction.commit();
    return allotment;
}

}  // namespace

std::vector<std::string> relays_of(const std::vector<LaneSettings>& lanes) {
    std::vector<std::string> names;
    std::ranges::transform(lanes, std::back_inserter(names), &LaneSettings::relay);
    return names;
}

LedgerMemory::LedgerMemory(db::Database& the_database, LedgerSettings the_settings, const Clock& clock,
                           FlightRecorder* the_recorder)
    : database(the_database),
      recorder(the_recorder),
      mailings(database),
      archive(database),
      deliveries(database),
      limits(database),
      relays(database),
      times(database),
      settings(std::move(the_settings)),
      allotment(make_allotment(database, limits, settings)),
      refusals(database, settings.providers, relays_of(settings.lanes)) {
    for (const LaneSettings& lane : settings.lanes) {
        const RelayLessons lessons = relays.relay_lessons(lane.relay);
        // A pause is noticed, and said, with the first step.
        RelayOrders orders = relays.relay_orders(lane.relay);
        orders.paused.reset();
        lanes.push_back({.settings = lane,
                         .health = relays.relay_health(lane.relay),
                         .pace = lessons.pace,
                         .orders = orders});
        static_cast<void>(lanes.back().pace.worth_saying());  // the run before has said it
        lines.push_back(std::make_unique<RelayLine>(clock, lane.connections, lane.messages));
        lines.back()->remember({lessons.connections, lessons.messages});
    }
    take_up_pace(clock.now());
}

// What earlier runs have learned of the relays' rates.
void LedgerMemory::take_up_pace(Time now) {
    db::Transaction transaction(database);
    allotment.begin(now);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        allotment.set_pace(limits, lane, lanes[lane].pace, now);
        lines[lane]->set_pace(allotment.pace(lane), Duration(0));
    }
    allotment.save(limits);
    transaction.commit();
    allotment.keep();
}

}  // namespace paperround::queue
