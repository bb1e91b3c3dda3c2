// What a mailing came to: all whom it was for, by what became of each. It adds up at any moment, while the mailing is
// under way too. Reads only. Failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control/desk.hpp"
#include "queue/admin/closing_account.hpp"

namespace paperround::control {

struct ClosingLine {
    queue::Place place = queue::Place::waiting;
    std::int64_t readers = 0;
    std::int64_t without_delivery = 0;  // of them: no delivery was made
};

struct ClosingStatement {
    std::int64_t audience = 0;       // the sum of the lines
    std::vector<ClosingLine> lines;  // one of each place, in their order
};

// As one moment of the database has it.
[[nodiscard]] ClosingStatement closing_statement(Desk& desk, const queue::Mailing& mailing);
// The readers of a line who have a delivery, until `visit` returns false.
[[nodiscard]] Answer<void> list_place(Desk& desk, std::int64_t mailing, std::string_view place,
                                      const std::function<bool(const queue::PlacedDelivery&)>& visit);
// One JSON object on a line.
[[nodiscard]] std::string to_json(const queue::PlacedDelivery& delivery);

}  // namespace paperround::control
