// The recovery at a start: handles what an earlier run left unfinished and what happened to the clock since,
// before anything is read into memory.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/events.hpp"
#include "queue/ledger/left_flights.hpp"
#include "queue/recorder/flight_recorder.hpp"

namespace paperround::pipeline {

// Where the flight recorder is, and the boot in which this runs.
struct RecorderPlace {
    std::filesystem::path folder;
    std::string boot;  // the kernel's boot id, 32 hexadecimal digits; empty: not known
};

// The recorder that this run uses, with what the run before left in it if the database believes that. Null where there
// can be none, which `events` hears: then a crash makes a doubt of every delivery under way. Throws db::Error.
[[nodiscard]] std::shared_ptr<queue::FlightRecorder> open_recorder(db::Database& database,
                                                                   const RecorderPlace& place, Random& random,
                                                                   Events& events);

// Follows a clock that was set back, does not count the time in which nothing ran, settles the deliveries that were
// being sent, as far as the recorder knows them (null: they are doubts), and pauses mailings that have ended the
// process twice. Reported once it is on disk; from then on the database believes this recorder. The outcomes that the
// recorder knew are for the ledger's inbox. Requires the data directory's lock. Throws db::Error.
std::vector<queue::LeftReport> recover(db::Database& database, const config::Settings& settings, Time now,
                                       Random& random, Events& events,
                                       queue::FlightRecorder* recorder = nullptr);

}  // namespace paperround::pipeline
