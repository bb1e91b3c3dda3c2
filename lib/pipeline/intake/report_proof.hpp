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

    // Two things are proofs. A token that we signed: nobody else can make one. Our Message-ID: its key is random, and
    // only readers of that mailing have seen it; since they could name another reader's delivery by its number, the
    // report has to name that reader's address as well. Nothing where neither is there, or where two of them name
    // different readers. Failures of the database are db::Error.
    [[nodiscard]] std::optional<ProvenDelivery> prove(const bounce::Traces& traces,
                                                      const bounce::Report& report) const;

  private:
    // Each once.
    [[nodiscard]] std::vector<ProvenDelivery> named_by_tokens(const bounce::Traces& traces) const;
    [[nodiscard]] std::optional<ProvenDelivery> by_message_id(const bounce::Traces& traces,
                                                              const bounce::Report& report) const;

    const audience::TokenSigner* signer_;
    db::Database* database_;
};

}  // namespace paperround::pipeline
