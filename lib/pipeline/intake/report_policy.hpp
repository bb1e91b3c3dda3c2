// What a report that came back may do, once it is proved to be about a delivery of ours. Policy in prose:
//
//  - A bounce makes the delivery `bounced`. One that says that the address will never work suppresses it at once. One
//    that is temporary, or about a full mailbox, counts: `soft_limit` mailings in a row within `soft_window`, with none
//    between that reached the reader, suppress the address.
//  - Words about the sender (block lists, reputation, content, rates) say nothing about a reader and never count. Words
//    about the way (no such host, no connection, a queue that gave up) do not either where a share of a mailing's readers
//    were told the very same: then it is our relay or its name server.
//  - A complaint ends the subscription and suppresses the address for that newsletter. A request to leave ends it.
//  - All else changes nothing. Nothing is ever answered.
//
// Pure. What was said at SMTP time has its own table: queue/policy/retry_policy.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "bounce/report.hpp"

namespace paperround::pipeline {

constexpr std::size_t soft_limit = 5;
constexpr auto soft_window = std::chrono::days(30);
// So many readers with the same words are no chance any more.
constexpr std::int64_t many_readers = 10;

enum class Consequence {
    nothing,
    bounced,    // the delivery alone
    about_us,   // the same, and the words are about the sender
    soft,       // counts against the address
    hard,       // ends the address
    complaint,  // ends the subscription, and the newsletter for this address
    departure,  // ends the subscription
};
[[nodiscard]] Consequence consequence_of(const bounce::Report& report);

// Words about the way to the reader's server rather than about the reader.
[[nodiscard]] bool is_about_the_way(const bounce::Report& report);
// So many of so many deliveries were told the same about the way: it is about us.
[[nodiscard]] bool is_everybodys(std::int64_t readers, std::int64_t deliveries);

// The same for all who were told the same: without addresses, names of hosts and numbers.
[[nodiscard]] std::string words_key(const bounce::Report& report);

// Of the mailings that were counted against a reader (descending) those that are in a row, back from the newest: between
// them lies none that he received.
[[nodiscard]] std::size_t in_a_row(std::span<const std::int64_t> counted,
                                   std::span<const std::int64_t> received);

}  // namespace paperround::pipeline
