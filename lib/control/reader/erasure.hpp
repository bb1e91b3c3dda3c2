// A person is forgotten, or told everything that is stored of him. Failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "control/desk.hpp"

namespace paperround::control {

// What was erased, and when. It names nobody: the label is what the log shows in place of the address.
struct Receipt {
    Time at{};
    std::string label;
    bool was_reader = false;  // name, attributes and consent went with him
    std::int64_t subscriptions = 0;
    std::int64_t requests = 0;  // by the page to join
    bool was_suppressed = false;
    std::int64_t deliveries = 0;  // that stay, without the address
    std::int64_t cancelled = 0;   // of them: waited or were being sent
    std::int64_t replies = 0;     // of servers that held the address
    std::int64_t actions = 0;     // records of what people asked for
};

// Forgets the address in one transaction, and keeps a hash by which it stays away (audience/past/forgotten_store.hpp).
// What waits is cancelled at once; what a courier holds, when the daemon notices, within a second. Refused where nothing
// is on record, or where it was forgotten before.
[[nodiscard]] Answer<Receipt> forget(Desk& desk, Random& random, std::string_view address);
// The same for one of many: the caller empties the database's log behind the last of them.
[[nodiscard]] Answer<Receipt> forget_one_of_many(Desk& desk, Random& random, std::string_view address);
[[nodiscard]] std::string to_json(const Receipt& receipt);

// Everything that is stored of the address, as one JSON object; the caller looks after the stream's state. On record.
[[nodiscard]] Answer<void> export_person(Desk& desk, std::string_view address, std::ostream& output);

}  // namespace paperround::control
