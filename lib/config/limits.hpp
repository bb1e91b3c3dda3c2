// Limits of one relay, newsletter, recipient domain or provider: messages per unit of time, messages under
// way at once and, for senders without a reputation yet, messages per day. Plain values; queue/ledger/allotment.hpp
// enforces them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/text/rate.hpp"

namespace paperround::config {

// A daily ceiling that grows: `first_day` messages on the first day, then each day `growth` times as many as
// on the day before. Days are UTC days. Before `start` the first day's ceiling holds, so that an address that
// is to be warmed up sends no more than that.
struct WarmUp {
    Time start{};  // a midnight, UTC
    unsigned first_day = 200;
    double growth = 1.5;
    bool operator==(const WarmUp&) const = default;

    // The ceiling on the day of `now`; nothing once it has grown beyond any use.
    [[nodiscard]] std::optional<std::uint64_t> ceiling(Time now) const;
};

struct Limit {
    std::optional<Rate> rate;
    unsigned connections = 0;  // under way at once; 0: no limit
    std::optional<WarmUp> warm_up;
    bool operator==(const Limit&) const = default;

    [[nodiscard]] bool any() const { return rate || connections > 0 || warm_up; }
};

// A recipient domain, without its subdomains.
struct DomainLimit {
    std::string domain;  // lower case, A-labels
    Limit limit;
    bool operator==(const DomainLimit&) const = default;
};

// A mailing stops itself when `share` of its last `of` outcomes are refusals or bounces.
struct Breaker {
    double share = 0.2;
    unsigned of = 100;
    bool operator==(const Breaker&) const = default;
};

}  // namespace paperround::config
