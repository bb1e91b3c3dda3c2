// One configuration at work in a day of chaos (chaos_day.hpp), without threads.
#pragma once

#include <memory>
#include <string>

#include "pipeline/chaos_world.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/plan/delivery_planner.hpp"
#include "pipeline/service/ledger_settings.hpp"

namespace paperround::test {

struct Office {
    // Throws db::Error.
    Office(const config::Settings& its, const std::vector<std::string>& inherited, pipeline::Events& events,
           queue::Recall& recall, const Clock& clock, Random& random)
        : settings(its),
          database(pipeline::open_database(settings.data_dir)),
          providers(std::make_shared<queue::Providers>(settings.effective_providers())),
          planner(database, settings, random, events, providers),
          ledger(database, pipeline::ledger_settings(settings, providers, inherited), planner, events, recall,
                 clock, random) {}

    config::Settings settings;
    db::Database database;
    std::shared_ptr<queue::Providers> providers;
    pipeline::DeliveryPlanner planner;
    queue::Ledger ledger;
};

// A letter that is being sent.
struct Courier {
    queue::Ledger* ledger = nullptr;  // the ledger that handed it out
    std::size_t lane = 0;
    queue::Delivery delivery;
    Fate fate;
    Duration begun{0};
    std::string key;  // of its Message-ID
    bool dot_left = false;
};

}  // namespace paperround::test
