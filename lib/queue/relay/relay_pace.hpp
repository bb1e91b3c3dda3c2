// How many messages a second a relay takes, learned from its complaints ("Throttling", "rate exceeded",
// 4.7.x). A plain value over injected time that the ledger keeps per relay.
//
// Policy. What the relay accepts is counted all the time, over the last minute, the last 100 messages, or
// twice the time for which it has been seen closed, whichever is longest. At a complaint the rate becomes
// what it accepted lately, less 3 %, and nothing is sent for a moment (1 s, later the time of one message);
// then one message is tried at a time until one is accepted. While each is refused the wait between them
// doubles, up to 10 s or a tenth of the time since, and the rate is taken from what was accepted over the
// whole cycle: a limit that counts by the minute or hour shows only so, and no step follows the last one
// sooner than such a relay had been closed. From then on the rate rises in small steps, 2 % at first and
// twice as much with each quiet step, every 5 s (or 20 messages), while it is used to the full. Each further
// complaint doubles the time between steps, up to 5 min, and begins with 2 % again: near its limit a relay is
// left in peace. A day without a complaint ends it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::queue {

struct RelayPace {
    // What is stored.
    double limit = 0.0;  // a second; 0: nothing learned, as fast as it goes
    Time since{};        // the first complaint
    Time complained{};   // the last one
    std::string words;   // its words

    bool operator==(const RelayPace&) const = default;

    [[nodiscard]] bool learned() const { return limit > 0.0; }
    // Something was accepted. True where the rate changed.
    bool accepted(Time now);
    // True where the rate changed.
    bool complaint(Time now, std::string_view reply);
    // Takes a step that is due. True where the rate changed, or is no longer needed.
    bool rise(Time now);
    // Until then nothing is sent; then one at a time as long as probing().
    [[nodiscard]] Duration closed_for(Time now) const;
    [[nodiscard]] bool probing() const { return hold_ > Duration(0); }
    // Whether the change just made is worth a line: the first, and where the rate is less than half of what
    // was said.
    [[nodiscard]] bool worth_saying();

  private:
    [[nodiscard]] double measured(Time now) const;
    void begin_cycle(Time now, unsigned accepted);

    // Of this run alone.
    Time cycle_{};  // since when `accepted_` counts
    Time last_{};   // the last acceptance
    unsigned accepted_ = 0;
    unsigned since_step_ = 0;  // accepted since the last step
    Time stepped_{};           // up or down
    double step_ = 0.02;
    Duration quiet_{5000};
    Duration closed_{0};  // how long it has refused everything, at the most
    Duration hold_{0};    // between probes; 0: the relay takes mail
    Time hold_until_{};
    bool refused_again_ = false;  // by a probe
    double ceiling_ = 0.0;        // the rate at the last complaint
    double said_ = 0.0;
};

}  // namespace paperround::queue
