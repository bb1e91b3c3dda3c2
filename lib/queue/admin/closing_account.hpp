// Where the readers of a mailing are by now, as counts and as lists. Every delivery is in exactly one place, so the
// places add up to the mailing's deliveries. Reads only; each call reads the mailing's deliveries once. Failures are
// db::Error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

enum class Place {
    accepted,  // by the relay
    bounced,
    refused,
    expired,
    left,  // the reader left, or was removed, before it was sent
    suppressed,
    cancelled,      // a person said so
    held,           // waits for a person
    in_doubt,       // may have arrived; is sent once more
    held_in_doubt,  // may have arrived; waits for a person
    waiting,        // queued, put off, or being sent
};
inline constexpr std::size_t place_count = static_cast<std::size_t>(Place::waiting) + 1;
// How many deliveries are in each place.
using PlaceCounts = std::array<std::int64_t, place_count>;

// "in-doubt"
[[nodiscard]] std::string_view to_string(Place place);
[[nodiscard]] std::optional<Place> parse_place(std::string_view word);

// Who has no delivery.
struct WithoutDelivery {
    std::int64_t passed_over = 0;  // suppressed when the fan-out came to them
    std::int64_t not_reached = 0;  // the fan-out was broken off before
    // The last reader that the fan-out has come to; nothing where it goes on no more.
    std::optional<std::int64_t> goes_on_behind;
};

struct PlacedDelivery {
    std::string recipient;
    DeliveryState state = DeliveryState::queued;
    Time due{};                 // where it waits
    std::optional<Time> tried;  // last
    Outcome outcome;            // of that try
    std::string relay;
};

class ClosingAccount {
  public:
    explicit ClosingAccount(db::Database& database) : db_(database) {}

    [[nodiscard]] PlaceCounts counts(std::int64_t mailing_id);
    [[nodiscard]] WithoutDelivery without_delivery(std::int64_t mailing_id);
    // The deliveries in that place by ascending reader, until `visit` returns false. In pages, so memory is flat.
    void list(std::int64_t mailing_id, Place place, const std::function<bool(const PlacedDelivery&)>& visit);

  private:
    void add_last_try(std::int64_t delivery_id, PlacedDelivery& delivery);

    db::Database& db_;
};

}  // namespace paperround::queue
