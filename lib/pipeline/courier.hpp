// A courier carries deliveries of one relay over one SMTP session at a time: take, compose, transact, report.
// It runs on a thread of its own and blocks on its socket; everything it decides is in the outcome it
// reports.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "config/settings.hpp"
#include "pipeline/letter.hpp"
#include "queue/ledger.hpp"
#include "queue/recall.hpp"
#include "smtp/interrupt.hpp"
#include "smtp/session.hpp"

namespace paperround::pipeline {

// Where one relay's couriers log in, and as whom.
struct RelayAccess {
    config::Relay relay;
    std::string password;
    std::string default_ehlo;  // this host's full name
};

class Courier {
  public:
    // All references must outlive the courier.
    Courier(queue::Ledger& ledger, std::size_t lane, const queue::Recall& recall, const RelayAccess& access,
            Composer composer, const smtp::Interrupt& interrupt)
        : ledger_(ledger),
          lane_(lane),
          recall_(recall),
          access_(access),
          composer_(std::move(composer)),
          interrupt_(interrupt) {}

    // Until asked to stop. An open transaction is finished first, unless the interrupt ends it.
    void run(const std::stop_token& stop);

  private:
    void deliver(const queue::Delivery& delivery);
    [[nodiscard]] queue::Outcome attempt(const queue::Delivery& delivery, const Letter& letter);
    [[nodiscard]] std::optional<queue::Outcome> ensure_session();
    void end_session();

    queue::Ledger& ledger_;
    std::size_t lane_;
    const queue::Recall& recall_;
    const RelayAccess& access_;
    Composer composer_;
    const smtp::Interrupt& interrupt_;
    std::optional<smtp::Session> session_;
};

}  // namespace paperround::pipeline
