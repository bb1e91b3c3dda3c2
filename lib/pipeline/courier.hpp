// A courier carries letters of one relay over one SMTP session at a time: take, transact, report. It runs on
// a thread of its own and blocks on its socket; everything it decides is in the outcome it reports.
//
// With `pipelining: across` the next letter is taken while one letter's content is written, and its envelope
// goes ahead (smtp/session.hpp), for as long as the relay copes with that.
#pragma once

#include <optional>

#include "pipeline/letter.hpp"
#include "pipeline/outbox.hpp"
#include "pipeline/overlap.hpp"
#include "pipeline/relay_access.hpp"
#include "queue/ledger.hpp"
#include "queue/recall.hpp"
#include "smtp/interrupt.hpp"
#include "smtp/session.hpp"

namespace paperround::pipeline {

class Courier {
  public:
    // All references must outlive the courier.
    Courier(queue::Ledger& ledger, std::size_t lane, const queue::Recall& recall, const RelayAccess& access,
            Outbox& outbox, Overlap& overlap, const smtp::Interrupt& interrupt)
        : ledger_(ledger),
          lane_(lane),
          recall_(recall),
          access_(access),
          outbox_(outbox),
          overlap_(overlap),
          interrupt_(interrupt) {}

    // Until the outbox is closed. An open transaction is finished first, unless the interrupt ends it.
    void run();

  private:
    void deliver();
    [[nodiscard]] queue::Outcome attempt();
    [[nodiscard]] std::optional<smtp::Upcoming> take_following();
    [[nodiscard]] bool recalled(const Letter& letter);
    [[nodiscard]] std::optional<queue::Outcome> ensure_session();
    void end_session();

    queue::Ledger& ledger_;
    std::size_t lane_;
    const queue::Recall& recall_;
    const RelayAccess& access_;
    Outbox& outbox_;
    Overlap& overlap_;
    const smtp::Interrupt& interrupt_;
    std::optional<smtp::Session> session_;
    std::optional<Letter> letter_;     // in hand
    std::optional<Letter> following_;  // the one behind it
};

}  // namespace paperround::pipeline
