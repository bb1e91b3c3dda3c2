// One delivery as it goes over the wire, and who makes it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audience/subscriber.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "pipeline/press.hpp"
#include "pipeline/signing.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "smtp/envelope.hpp"

namespace paperround::pipeline {

struct Letter {
    queue::Delivery delivery;
    smtp::Envelope envelope;
    std::string message;  // CRLF line ends, 7-bit but for UTF-8 in the header, not dot-stuffed
};

// What all composers share.
struct ComposingRoom {
    Press& press;
    const config::Settings& settings;
    const audience::TokenSigner& tokens;
    const Signing& signing;
    const Clock& clock;
};

// Addresses and signs printed mailings for one relay. One per thread: it has a database connection of its
// own, for the subscribers' data.
class Composer {
  public:
    Composer(db::Database database, const ComposingRoom& room, const config::Relay& relay)
        : database_(std::move(database)), room_(room), relay_(relay) {}

    // What is on record of those whom these deliveries are for, in their order; nothing for one who is gone.
    [[nodiscard]] std::vector<std::optional<audience::Subscriber>> readers_of(
        std::span<const queue::Delivery> deliveries);
    // Nothing where a stop interrupted the mailing's rendering: the delivery waits. The failure is an outcome
    // of the delivery: the mailing cannot be made (it pauses), or the subscriber is gone.
    [[nodiscard]] Result<std::optional<Letter>, queue::Outcome> compose(
        const queue::Delivery& delivery, const std::optional<audience::Subscriber>& reader);

    // What could not be read is read from the disk the next time: it may have been mended.
    void look_again();

  private:
    [[nodiscard]] email::DkimSigner& signer_for(const config::Newsletter& newsletter);

    db::Database database_;
    ComposingRoom room_;
    const config::Relay& relay_;
    std::map<std::string, email::DkimSigner> signers_;  // by newsletter
};

// The reader's own: the attribute `language`, as a column of an import has it. Empty: not known.
[[nodiscard]] std::string_view language_of(const audience::Subscriber& reader);

// What makes one reader's copy of a mailing: shared with `preview`, so that it shows exactly what is sent.
[[nodiscard]] email::Recipient recipient_of(const Printed& printed, const audience::Subscriber& reader,
                                            std::int64_t delivery_id, const config::Settings& settings,
                                            const audience::TokenSigner& signer);

}  // namespace paperround::pipeline
