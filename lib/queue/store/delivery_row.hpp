// The columns that make a Delivery, for those who claim it or find it claimed.
#pragma once

#include "db/database.hpp"
#include "queue/mailing.hpp"

namespace paperround::queue {

inline constexpr db::Sql select_deliveries =
    "SELECT id, mailing_id, subscriber_id, recipient, attempts, doubts, tries, waited, shelf FROM deliveries ";

inline Delivery read_delivery(const db::Statement& row) {
    Delivery delivery{.id = row.integer(0),
                      .mailing_id = row.integer(1),
                      .subscriber_id = row.integer(2),
                      .recipient = row.text(3),
                      .attempts = static_cast<unsigned>(row.integer(4)),
                      .doubts = static_cast<unsigned>(row.integer(5)),
                      .tries = row.integer(6),
                      .waited = Duration(row.integer(7))};
    delivery.shelf = row.integer(8);
    return delivery;
}

}  // namespace paperround::queue
