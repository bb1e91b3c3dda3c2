// Whether envelopes may go ahead of their turn on one relay (`pipelining: across`): until the first time that
// the relay does not cope with it (smtp/session.hpp, overlap_failed), then not again while this service runs.
// Shared by the relay's couriers. Thread-safe.
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
    // Told to the events the first time.
    void failed(const queue::Outcome& outcome) {
        if (allowed_.exchange(false)) events_.overlap_failed(relay_, outcome);
    }

  private:
    const std::string relay_;
    Events& events_;
    std::atomic<bool> allowed_;
};

}  // namespace paperround::pipeline
