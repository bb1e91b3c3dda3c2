// When a hub is asked, asked again and asked to renew; and how slowly a feed is polled that is pushed. Pure:
// `chance` is uniform in [0, 1) and spreads calls out.
#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace paperround::websub {

// The lease that we ask for; the hub decides (W3C WebSub §5.1).
inline constexpr Duration wanted_lease = std::chrono::hours(10 * 24);
// The lease of a hub that names none (PubSubHubbub 0.3 allowed that), and the longest lease that is believed.
inline constexpr Duration unnamed_lease = std::chrono::hours(24);
inline constexpr Duration longest_lease = std::chrono::hours(30 * 24);
// The shortest lease that is believed. A hub that names a shorter one is asked no more often than this.
inline constexpr Duration shortest_lease = std::chrono::minutes(10);
// A denied subscription is tried again after this.
inline constexpr Duration after_denial = std::chrono::hours(24);
// An unsubscription is given up after so many calls: the lease ends by itself.
inline constexpr unsigned most_farewells = 5;

// After the n-th failure in a row: 1 minute, doubled up to a day, ± 10 %.
[[nodiscard]] Duration hub_back_off(unsigned failures, double chance);
// How long a verification is awaited before the call counts as failed; no shorter than the back-off.
[[nodiscard]] Duration verification_patience(unsigned failures, double chance);
// Between 75 and 85 % of the lease, and no sooner than after a minute.
[[nodiscard]] Duration renewal_after(Duration lease, double chance);
// Between polls of a pushed feed: `every`, but at least an hour.
[[nodiscard]] Duration poll_interval_while_pushed(Duration every);

}  // namespace paperround::websub
