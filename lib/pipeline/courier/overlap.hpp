// Whether envelopes may be written ahead to one relay (`pipelining: across`): until the relay first fails to
// cope with it (smtp/session.hpp, overlap_failed), then no more while this service runs. Shared by the
// relay's couriers. Thread-safe.
#pragma once

#include <atomic>
#include <string>

#include "config/settings.hpp"
#include "pipeline/events.hpp"

namespace paperround::pipeline {

class Overlap {
  public:
    // `events` must outlive it.
    Overlap(const config::Relay& relay, Events& events)
        : relay_(relay.name), events_(events), allowed_(relay.pipelining == config::Pipelining::across) {}

    [[nodiscard]] bool allowed() const { return allowed_; }
    // Reports only the first failure to `events`.
    void failed(const queue::Outcome& outcome) {
        if (allowed_.exchange(false)) events_.overlap_failed(relay_, outcome);
    }

  private:
    const std::string relay_;
    Events& events_;
    std::atomic<bool> allowed_;
};

}  // namespace paperround::pipeline
