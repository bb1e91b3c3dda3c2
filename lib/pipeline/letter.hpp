// One delivery as it goes over the wire, and who makes it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audience/subscriber.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "pipeline/press.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "smtp/envelope.hpp"

namespace paperround::pipeline {

struct Letter {
    queue::Delivery delivery;
    smtp::Envelope envelope;
    std::string message;  // CRLF line ends, 7-bit, not dot-stuffed
};

// Addresses printed mailings. One per thread: it has a database connection of its own, for the subscribers'
// data.
class Composer {
  public:
    Composer(db::Database database, Press& press, const config::Settings& settings,
             const audience::TokenSigner& signer)
        : database_(std::move(database)), press_(press), settings_(settings), signer_(signer) {}

    // What is on record of those whom these deliveries are for, in their order; nothing for one who is gone.
    [[nodiscard]] std::vector<std::optional<audience::Subscriber>> readers_of(
        std::span<const queue::Delivery> deliveries);
    // The failure is an outcome of the delivery: the mailing cannot be made (it pauses), or the subscriber is
    // gone.
    [[nodiscard]] Result<Letter, queue::Outcome> compose(const queue::Delivery& delivery,
                                                         const std::optional<audience::Subscriber>& reader);

  private:
    db::Database database_;
    Press& press_;
    const config::Settings& settings_;
    const audience::TokenSigner& signer_;
};

// What makes one reader's copy of a mailing: shared with `preview`, so that it shows exactly what is sent.
[[nodiscard]] email::Recipient recipient_of(const Printed& printed, const audience::Subscriber& reader,
                                            std::int64_t delivery_id, const config::Settings& settings,
                                            const audience::TokenSigner& signer);

}  // namespace paperround::pipeline
