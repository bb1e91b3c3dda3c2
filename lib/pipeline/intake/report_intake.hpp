// Takes what came back: reads each mail, proves which delivery its reports are about, and applies what follows
// (pipeline/intake/report_policy.hpp), in one transaction with the record of it. When take() returns, all of it is
// committed; the very same mail, and the same thing said again by another, changes nothing then.
//
//     const auto taken = intake.take({&mail, 1});   // only now may the mail be moved, deleted or answered for
//
// Mails are parsed before the transaction begins, so that nobody waits for a parser. Not thread-safe: one for each
// connection. Throws db::Error, and then nothing was taken.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/token.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "bounce/message_tree.hpp"
#include "bounce/report.hpp"
#include "bounce/webhook/events.hpp"
#include "db/database.hpp"
#include "pipeline/intake/report_proof.hpp"
#include "pipeline/taken_report.hpp"
#include "queue/ledger/recall.hpp"

namespace paperround::pipeline {

struct ReturnedMail {
    std::string_view octets;
    std::string_view source;     // "pipe", "maildir /var/mail/bounces"
    std::string_view recipient;  // whom the transport had it for; empty: its header says
    bool whole = true;           // else it is larger than what is read, and `octets` tell it from others
};

// With what a request is signed, where the signature does not cover its body: it counts for one body.
struct OneUse {
    std::string token;  // empty: none
    std::string_view body;
};

struct TakenMail {
    bool seen_before = false;                     // then there are no reports
    std::optional<bounce::ReadError> unreadable;  // nor here
    std::vector<TakenReport> reports;
};

class ReportIntake {
  public:
    // All outlive it. `recall` is the running daemon's; null in another process.
    ReportIntake(db::Database& database, const audience::TokenSigner& signer, const Clock& clock,
                 queue::Recall* recall)
        : database_(database), proof_(&signer, &database), clock_(clock), recall_(recall) {}

    // In the order of `mails`.
    std::vector<TakenMail> take(std::span<const ReturnedMail> mails);
    // Whether some of these events may be proved once what is being sent is on record.
    [[nodiscard]] bool is_early(std::span<const bounce::Event> events) const;
    // Events of one request, whose readings are moved from, in their order; nothing, and nothing is taken, where its token has signed another body.
    std::optional<std::vector<TakenMail>> take_events(std::span<bounce::Event> events,
                                                      std::string_view source, const OneUse& once);

  private:
    db::Database& database_;
    ReportProof proof_;
    const Clock& clock_;
    queue::Recall* recall_;
};

}  // namespace paperround::pipeline
