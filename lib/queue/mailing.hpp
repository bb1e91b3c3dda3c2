// Mailings and deliveries as values, and their states. The numbers of the enumerations are stored: a new value
// takes a new number, and none is used again. queue/stored_states.hpp names sets of them for SQL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::queue {

// What a mailing is. A claim serves personal mail (confirmations, tests) before it takes the others in turn. One of
// letters (of a welcome series) has no fan-out: it gets its deliveries one by one, as readers come to the letter.
enum class MailingKind { newsletter = 0, personal = 1, letters = 2 };

enum class MailingState {
    scheduled = 0,  // not_before lies ahead; nothing is fanned out yet
    fanning = 1,    // deliveries are being created; those that exist may be sent already
    sending = 2,    // every delivery exists
    paused = 3,     // by a person, or by itself with the reason
    cancelled = 4,
    done = 5,  // every delivery is final
};

enum class DeliveryState {
    queued = 0,    // never tried, or to be tried again at once
    sending = 1,   // claimed: its body may be on the wire
    deferred = 2,  // waits until it is due again
    in_doubt = 3,  // may have arrived; to be sent once more when due
    held = 4,      // waits for a person
    sent = 5,      // final from here on
    bounced = 6,
    refused = 7,
    expired = 8,
    suppressed = 9,
    cancelled = 10,  // a person said so
    left = 11,       // the reader left, or was removed
};

struct Mailing {
    std::int64_t id = 0;
    std::string newsletter;
    MailingKind kind = MailingKind::newsletter;
    std::int64_t post_id = 0;  // of a digest, its first
    std::string title;         // what listings show: the post's title
    std::string key;           // random, 16 characters of base32: in Message-IDs and Feedback-ID
    std::string seal;          // see Marks
    MailingState state = MailingState::scheduled;
    std::string pause_reason;
    Time created{};
    Time not_before{};
    std::optional<Time> finished;
    std::int64_t fan_out_cursor = 0;  // the last subscriber that has a delivery
};

// Why a mailing is paused that a person has paused; other reasons are its own.
inline constexpr std::string_view paused_by_hand = "by hand";

// How many deliveries of a mailing are in each state, as listings show them.
struct Progress {
    std::int64_t waiting = 0;  // queued, deferred, in_doubt
    std::int64_t sending = 0;
    std::int64_t held = 0;
    std::int64_t sent = 0;
    std::int64_t failed = 0;   // bounced, refused, expired
    std::int64_t dropped = 0;  // suppressed, cancelled, left
    [[nodiscard]] std::int64_t total() const { return waiting + sending + held + sent + failed + dropped; }
};

// Where the flight recorder keeps a claimed delivery (queue/recorder/flight_recorder.hpp).
struct FlightSlot {
    std::size_t number = 0;
    std::uint64_t claim = 0;  // whose it is; 0: it has none
    bool operator==(const FlightSlot&) const = default;
};

// A delivery that a claim handed out: everything a courier needs besides the subscriber's own data.
struct Delivery {
    std::int64_t id = 0;
    std::int64_t mailing_id = 0;
    std::int64_t subscriber_id = 0;
    std::string recipient;  // canonical address
    unsigned attempts = 0;  // counted ones
    unsigned doubts = 0;
    std::int64_t tries = 0;     // every SMTP attempt on record, counted or not
    Duration waited{0};         // for how long it was put off, all told: queue/policy/retry_policy.hpp
    std::int64_t shelf = 0;     // where it waited, see queue/limit/allowance.hpp
    std::int64_t provider = 0;  // whose throttle it was claimed under; 0: none
    std::string newsletter;
    bool personal = false;  // waits for no send window
    FlightSlot flight{};
};

[[nodiscard]] std::string_view to_string(MailingState state);
[[nodiscard]] std::string_view to_string(DeliveryState state);
[[nodiscard]] std::optional<MailingState> parse_mailing_state(std::string_view text);
[[nodiscard]] std::optional<DeliveryState> parse_delivery_state(std::string_view text);
[[nodiscard]] bool is_final(DeliveryState state);

// What the Message-IDs of a mailing are made of.
struct Marks {
    std::string_view key;
    // Random, and in no mail: without it nobody can make the Message-ID of another reader's delivery out of their own.
    // Empty for mailings that were made before there were seals: their Message-IDs end behind the delivery's number.
    std::string_view seal;
};
// The Message-ID of a delivery, the same at every attempt: <key>.<delivery id>.<mark>@<domain>, without brackets. The
// mark is 13 characters of base32, the first 8 octets of HMAC-SHA-256 over the number, keyed with the seal.
[[nodiscard]] std::string message_id(Marks mailing, std::int64_t delivery_id, std::string_view domain);
// What stands before its @.
[[nodiscard]] std::string message_id_local_part(Marks mailing, std::int64_t delivery_id);

}  // namespace paperround::queue
