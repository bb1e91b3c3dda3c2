// What the flight recorder's file says about the deliveries that were under way when its writer died. Pure: octets in,
// values out. It believes nothing that is cut off, damaged or out of range; a slot like that is passed over, and
// damages no other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

// Whose file it is. Another boot's is not believed: what the page cache had not written yet was lost with it.
struct FlightOrigin {
    std::string boot;  // the kernel's boot id: 32 hexadecimal digits
    std::string id;    // of this file, as the database names it: 32 hexadecimal digits
    bool operator==(const FlightOrigin&) const = default;
};

enum class Flight {
    claimed,      // nothing of it that could arrive has left
    dot_leaving,  // the final dot may have left, and no reply to it is known
    answered,     // the attempt has ended; its outcome may not be on record
};

struct FlightRecord {
    std::size_t slot = 0;
    Flight flight = Flight::claimed;
    // The delivery, and the tries on record when it was claimed: a number of tries passes once.
    std::int64_t delivery = 0;
    std::int64_t mailing = 0;
    std::int64_t subscriber = 0;
    std::int64_t tries = 0;
    std::uint64_t claim = 0;  // later ones have higher numbers
    std::string relay;
    Outcome outcome;  // where it is answered; its words may be clipped
};

struct FlightLog {
    FlightOrigin origin;
    std::vector<FlightRecord> records;
    std::size_t torn = 0;  // slots that say something unreadable
};

// The failure says why it is no flight recorder's file of this version.
[[nodiscard]] Result<FlightLog, std::string> read_flight_log(std::string_view file);

}  // namespace paperround::queue
