// When a letter of a welcome series is due (docs/welcome.md has the rules in words). Pure.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "config/time/schedule.hpp"

namespace paperround::pipeline {

// What the times of letters depend on, besides the letters: where it changes, they do.
[[nodiscard]] std::string letter_timing(const config::Schedule& schedule);

// 0d is the moment of joining. Whole days are counted by the calendar of the schedule's zone, and come at its time of
// day, else at that of joining; other times count exactly. Throws std::runtime_error for an unknown zone.
[[nodiscard]] Time letter_due(const config::Schedule& schedule, Time joined, Duration after);

// The earliest time for a letter that follows another by `gap`, by the folder, where that was sent at `last`. Letters
// that are late keep their gaps, or a day where those are longer: the next day at the same time of day.
[[nodiscard]] Time earliest_behind(const config::Schedule& schedule, Time joined, Time last, Duration gap);

}  // namespace paperround::pipeline
