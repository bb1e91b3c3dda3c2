// Proves which delivery of ours a report is about. Anybody can write a mail that looks like a report; only a proved one
// may change anything. Not thread-safe: one for each connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audience/token.hpp"
#include "bounce/report.hpp"
#include "db/database.hpp"
#include "queue/store/delivery_lookup.hpp"

namespace paperround::pipeline {

struct ProvenDelivery {
    std::int64_t mailing = 0;
    std::string newsletter;
    std::int64_t reader = 0;  // the subscriber's number
    bool operator==(const ProvenDelivery&) const = default;
};

class ReportProof {
  public:
    // Both outlive it. Without a signer tokens prove nothing, and without a database Message-IDs do not.
    ReportProof(const audience::TokenSigner* signer, db::Database* database)
        : signer_(signer), database_(database) {}

    // What the traces of one message name: looked up once, however many reports it holds.
    struct Named {
        std::vector<ProvenDelivery> by_tokens;            // each once
        std::vector<queue::NamedDelivery> by_message_id;  // only where no token is there
        std::vector<std::string> addressees;  // whom the quoted message was to, as address_key() has it
        std::vector<std::string> reply_ids;
        Time now{};
    };
    [[nodiscard]] Named named_in(const bounce::Traces& traces, Time now) const;

    // Three things are proofs. A token that we signed, in a link or in an address of ours: nobody else can make one. Our
    // Message-ID (queue/store/delivery_lookup.hpp), where the report names the reader's address as well: an answer
    // quotes the Message-ID, and may be seen by many. The id that the relay gave in its reply to the dot, where the
    // report names the reader's address as well. Nothing where none is there, or where two of them name different
    // readers. Failures of the database are db::Error.
    [[nodiscard]] std::optional<ProvenDelivery> prove(const Named& named, const bounce::Report& report) const;
    [[nodiscard]] std::optional<ProvenDelivery> prove(const bounce::Traces& traces,
                                                      const bounce::Report& report, Time now) const {
        return prove(named_in(traces, now), report);
    }
    // Whether nothing proves a report yet, and the reply that may prove it is still to be recorded: the reader's copy is
    // being sent.
    [[nodiscard]] bool is_early(const bounce::Reading& reading, Time now) const;
    // Whether the mail itself was sent to the address by which a reader leaves: whatever it says, it asks for that.
    [[nodiscard]] bool asks_to_leave(const bounce::Traces& traces, Time now) const;

  private:
    [[nodiscard]] std::optional<ProvenDelivery> prove_by_reply(const Named& named,
                                                               const bounce::Report& report) const;
    [[nodiscard]] std::vector<ProvenDelivery> named_by_tokens(const bounce::Traces& traces, Time now) const;

    const audience::TokenSigner* signer_;
    db::Database* database_;
};

}  // namespace paperround::pipeline
