#include "pipeline/intake/hub_calling.hpp"

#include "pipeline/data/data_directory.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
constexpr auto hub_noticed_within = 1s;  // longest delay until a hub that a poll found is noticed
}  // namespace

HubCalling::HubCalling(const config::Settings& settings, const websub::WebSubKey& key, const Clock& clock,
                       Random& random, Events& events)
    : settings_(settings),
      key_(key),
      clock_(clock),
      random_(random),
      events_(events),
      http_(settings.public_url) {}

void HubCalling::run(const std::stop_token& stop) {
    auto database = open_database(settings_.data_dir);
    post::WebSubSubscriber subscriber(database, http_, key_, clock_, random_);
    bool caught_up = false;
    while (!stop.stop_requested()) {
        Duration pause = hub_noticed_within;
        try {
            if (!caught_up) subscriber.catch_up();
            caught_up = true;
            call_hubs(subscriber, stop);
        } catch (const net::Cancelled&) {
            return;
        } catch (const db::Error&) {
            // The ledger uses the same database all the time and reports when it fails.
            pause = after_database_error;
        }
        Lock lock(mutex_);
        pause_.wait_for(lock, stop, pause, [] { return false; });
    }
}

void HubCalling::call_hubs(post::WebSubSubscriber& subscriber, const std::stop_token& stop) {
    for (const websub::WebSubEvent& event : subscriber.reconcile(settings_)) events_.websub(event);
    while (!stop.stop_requested()) {
        const auto event = subscriber.call_next();
        if (!event) return;
        events_.websub(*event);
    }
}

}  // namespace paperround::pipeline
