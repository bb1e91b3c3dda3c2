#include "pipeline/intake/polling.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "pipeline/data/data_directory.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
// Workers wait for the network most of the time: a few sites that hang must not hold up the others.
constexpr std::size_t most_workers = 16;
constexpr auto look_again = 1s;     // longest delay of a due source
constexpr auto until_settled = 2s;  // while a file is being written
constexpr int most_looks = 30;      // of this kind, one after another
}  // namespace

Polling::Polling(const config::Settings& settings, const Clock& clock, Random& random, Events& events,
                 queue::HandOut& hand_out, PictureLearning& pictures)
    : settings_(settings),
      clock_(clock),
      random_(random),
      events_(events),
      hand_out_(hand_out),
      pictures_(pictures),
      http_(settings.public_url) {}

std::size_t Polling::worker_count() const {
    std::size_t sources = 0;
    for (const config::Newsletter& newsletter : settings_.newsletters)
        sources += newsletter.all_sources().size();
    return std::min(most_workers, sources);
}

void Polling::run(const std::stop_token& stop) {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < worker_count(); ++i) workers.emplace_back([this, &stop] { work(stop); });
}

void Polling::work(const std::stop_token& stop) {
    auto database = open_database(settings_.data_dir);
    post::Poller poller(database, http_, clock_, random_);
    while (!stop.stop_requested()) {
        const auto due = take_due(poller);
        if (due) static_cast<void>(poll(poller, *due, stop));
        Lock lock(mutex_);
        if (due) {
            in_progress_.erase({due->newsletter->name, due->source->location});
        } else {
            pause_.wait_for(lock, stop, look_again, [] { return false; });
        }
    }
}

std::optional<post::DueSource> Polling::take_due(post::Poller& poller) {
    const Lock lock(mutex_);
    try {
        for (const post::DueSource& due : poller.due_sources(settings_, clock_.now())) {
            if (in_progress_.emplace(due.newsletter->name, due.source->location).second) return due;
        }
    } catch (const db::Error&) {
        // The ledger uses the same database all the time and reports when it fails.
    }
    return std::nullopt;
}

void Polling::poll_until_settled(post::Poller& poller, const post::DueSource& due,
                                 const std::stop_token& stop) {
    for (int looks = 0; poll(poller, due, stop) && looks < most_looks && !stop.stop_requested(); ++looks) {
        Lock lock(mutex_);
        pause_.wait_for(lock, stop, until_settled, [] { return false; });
    }
}

bool Polling::poll(post::Poller& poller, const post::DueSource& due, const std::stop_token& stop) {
    try {
        const post::PollResult result = poller.poll(*due.newsletter, *due.source, stop);
        events_.polled(*due.newsletter, *due.source, result);
        if (!result.ready.empty() || !result.held.empty()) pictures_.wake();
        if (!result.ready.empty()) hand_out_.wake();
        return result.unsettled;
    } catch (const net::Cancelled&) {
        return false;
    } catch (const db::Error& error) {
        events_.poll_failed_to_write(*due.newsletter, error.what());
        Lock lock(mutex_);
        pause_.wait_for(lock, stop, after_database_error, [] { return false; });
        return false;
    }
}

void Polling::poll_all(const std::stop_token& stop) {
    std::vector<post::DueSource> sources;
    for (const config::Newsletter& newsletter : settings_.newsletters) {
        for (const config::Source* source : newsletter.all_sources())
            sources.push_back({&newsletter, source});
    }
    std::atomic<std::size_t> next = 0;
    const auto work = [&](db::Database& database) {
        post::Poller poller(database, http_, clock_, random_);
        for (std::size_t i = next++; i < sources.size() && !stop.stop_requested(); i = next++)
            poll_until_settled(poller, sources[i], stop);
    };
    std::vector<db::Database> databases;
    for (std::size_t i = 0; i < worker_count(); ++i) databases.push_back(open_database(settings_.data_dir));
    std::vector<std::jthread> workers;
    workers.reserve(databases.size());
    for (db::Database& database : databases) workers.emplace_back([&work, &database] { work(database); });
}

}  // namespace paperround::pipeline
