// One delivery as it is sent, and the Composer that makes it.
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
#include "pipeline/press/press.hpp"
#include "pipeline/press/signing.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "smtp/envelope.hpp"

namespace paperround::pipeline {

struct Letter {
    queue::Delivery delivery;
    smtp::Envelope envelope;
    std::string message;  // CRLF line ends, 7-bit except for UTF-8 in the header, without dot stuffing
};

// What all composers of a service share.
struct ComposingRoom {
    Press& press;
    const config::Settings& settings;
    const audience::TokenSigner& tokens;
    const Signing& signing;
    const Clock& clock;
};

// Fills in and signs rendered mailings for one relay. One per thread: it has its own database connection for
// the subscribers' data.
class Composer {
  public:
    Composer(db::Database database, const ComposingRoom& room, const config::Relay& relay)
        : database_(std::move(database)), room_(room), relay_(relay) {}

    // The subscribers of these deliveries, in the same order; nothing for one who no longer exists.
    [[nodiscard]] std::vector<std::optional<audience::Subscriber>> readers_of(
        std::span<const queue::Delivery> deliveries);
    // Nothing if a stop interrupted the mailing's rendering: the delivery waits. A failure is an outcome of
    // the delivery: the mailing cannot be made (it is paused), or the subscriber no longer exists.
    [[nodiscard]] Result<std::optional<Letter>, queue::Outcome> compose(
        const queue::Delivery& delivery, const std::optional<audience::Subscriber>& reader);

    // After a read error: reads from the disk again next time, since it may have been repaired.
    void look_again();

  private:
    [[nodiscard]] email::DkimSigner& signer_for(const config::Newsletter& newsletter);

    db::Database database_;
    ComposingRoom room_;
    const config::Relay& relay_;
    std::map<std::string, email::DkimSigner> signers_;  // by newsletter
};

// The reader's language: the attribute `language`, as a column of an import names it. Empty: not known.
[[nodiscard]] std::string_view language_of(const audience::Subscriber& reader);

// The envelope's sender: a signed address of the delivery's own where a domain for that is configured, else the
// newsletter's address.
[[nodiscard]] std::string return_path(const config::Newsletter& newsletter, std::int64_t delivery_id,
                                      const config::Settings& settings, const audience::TokenSigner& signer,
                                      Time now);

// The reader's values for a mailing; shared with `preview`, so that it shows exactly what is sent.
[[nodiscard]] email::Recipient recipient_of(const Printed& printed, const audience::Subscriber& reader,
                                            std::int64_t delivery_id, const config::Settings& settings,
                                            const audience::TokenSigner& signer);

}  // namespace paperround::pipeline
