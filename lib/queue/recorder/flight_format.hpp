// The flight recorder's file, octet by octet: a header, and a slot for each delivery that is under way. It is read on
// the machine that wrote it, before that has started anew, so numbers are in its own order.
//
// A slot is written so that whoever dies between two of its writes leaves something that is true:
//   1. `claim` is filled in while `progress` is 0 (the slot is free), then `progress` is set;
//   2. `answer` is filled in while `progress` does not say that there is one, then `progress` is set.
// `progress` is one aligned word: it is the old one or the new one, never half of each. It repeats the claim's number,
// so that it never speaks for another claim than the one beside it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace paperround::queue::flight {

inline constexpr std::string_view magic = "paperround flight";
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t slot_octets = 512;
// Twice the largest doubt_window: what a commit settles keeps its slots until it is on disk, and what it claims has
// others already.
inline constexpr std::size_t slot_count = 4096;
inline constexpr std::size_t file_octets = slot_octets * (1 + slot_count);
inline constexpr std::size_t id_octets = 32;  // hexadecimal digits

struct Header {
    std::array<char, 24> magic;
    std::uint32_t version;
    std::uint32_t checksum;  // of what follows
    std::uint32_t slot_octets;
    std::uint32_t slot_count;
    std::array<char, id_octets> boot;
    std::array<char, id_octets> id;
};

// The low octet of `progress`; above it stands the claim's number.
enum class Stage : std::uint8_t { free = 0, claimed = 1, dot_leaving = 2, answered = 3 };
inline constexpr unsigned stage_bits = 8;

struct Claim {
    std::uint32_t checksum;  // of what follows, without the rest of `relay`
    std::uint32_t relay_octets;
    std::int64_t delivery;
    std::int64_t mailing;
    std::int64_t subscriber;
    std::int64_t tries;
    std::uint64_t number;
    std::array<char, 72> relay;
};

struct Answer {
    std::uint32_t checksum;  // of what follows, without the rest of `text`
    std::int32_t code;
    std::uint8_t kind;
    std::uint8_t stage;
    std::uint8_t about;
    std::uint8_t enhanced_octets;
    std::uint16_t tls_octets;
    std::uint16_t text_octets;
    std::int64_t took;         // milliseconds
    std::int64_t retry_after;  // milliseconds, -1: nothing was said
    std::uint64_t number;      // of the claim
    std::array<char, 16> enhanced;
    std::array<char, 24> tls;
    std::array<char, 304> text;
};

struct Slot {
    std::uint64_t progress;
    Claim claim;
    Answer answer;
};

// No octet of them is padding, which a checksum would read.
static_assert(std::has_unique_object_representations_v<Header> && sizeof(Header) <= slot_octets);
static_assert(std::has_unique_object_representations_v<Slot> && sizeof(Slot) == slot_octets);

[[nodiscard]] constexpr std::uint64_t progress(std::uint64_t claim, Stage stage) {
    return claim << stage_bits | static_cast<std::uint64_t>(stage);
}

[[nodiscard]] std::uint32_t checksum_of(const Header& header);
// Their lengths must be within their arrays.
[[nodiscard]] std::uint32_t checksum_of(const Claim& claim);
[[nodiscard]] std::uint32_t checksum_of(const Answer& answer);

}  // namespace paperround::queue::flight
