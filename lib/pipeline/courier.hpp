// A courier carries letters of one relay over one SMTP session at a time: take, transact, report. It runs on
// a thread of its own and blocks on its socket; everything it decides is in the outcome it reports.
//
// A session that the server ends, having taken messages over it, costs its letter nothing: it goes over a new
// one at once. One that the relay does not open while others work is done without: the letter goes over one
// of those (queue/relay_line.hpp). One that breaks under its first messages while the relay works costs its
// courier a pause, and the letter goes over another.
//
// With `pipelining: across` the next letter is taken while one letter's content is written, and its envelope
// goes ahead (smtp/session.hpp), for as long as the relay copes with that.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/interrupt.hpp"
#include "pipeline/events.hpp"
#include "pipeline/letter.hpp"
#include "pipeline/outbox.hpp"
#include "pipeline/overlap.hpp"
#include "pipeline/relay_access.hpp"
#include "queue/ledger.hpp"
#include "queue/recall.hpp"
#include "queue/relay_line.hpp"
#include "smtp/session.hpp"

namespace paperround::pipeline {

class Courier {
  public:
    // All references must outlive the courier.
    Courier(queue::Ledger& ledger, std::size_t lane, const queue::Recall& recall, const RelayAccess& access,
            Outbox& outbox, Overlap& overlap, Events& events, const Interrupt& interrupt)
        : ledger_(ledger),
          lane_(lane),
          recall_(recall),
          access_(access),
          line_(ledger.line(lane)),
          outbox_(outbox),
          overlap_(overlap),
          events_(events),
          interrupt_(interrupt) {}

    // Until the outbox is closed. An open transaction is finished first, unless the interrupt ends it.
    void run();

  private:
    using Steady = std::chrono::steady_clock;
    // A session that its server ended, before it is known that another one is served.
    struct FullSession {
        unsigned messages;
        bool said_so;
        std::string words;
    };

    void deliver();
    [[nodiscard]] std::optional<queue::Outcome> attempt();
    [[nodiscard]] std::optional<smtp::Upcoming> take_following();
    [[nodiscard]] bool recalled(const Letter& letter);
    // Nothing: there is a session, or where `session_` is empty, others have one. An outcome: the relay's
    // trouble.
    [[nodiscard]] std::optional<queue::Outcome> ensure_session();
    [[nodiscard]] queue::Outcome send();
    // After a complaint about how many sessions are at work. True where the letter is to be sent again, over
    // whichever session then has time; false where the complaint is about something else.
    [[nodiscard]] bool one_too_many(const queue::Outcome& outcome, Steady::time_point begun);
    // Where the session broke under the letter: how long this courier rests for it; the relay's trouble is
    // none of its own.
    [[nodiscard]] std::optional<Duration> judge_break(queue::Outcome& outcome);
    void end_session();
    void close_session();
    void put_back();
    void give_back(std::optional<Letter>& letter);

    queue::Ledger& ledger_;
    std::size_t lane_;
    const queue::Recall& recall_;
    const RelayAccess& access_;
    queue::RelayLine& line_;
    Outbox& outbox_;
    Overlap& overlap_;
    Events& events_;
    const Interrupt& interrupt_;
    std::optional<smtp::Session> session_;
    Steady::time_point session_ended_{};
    Steady::time_point accepted_{};  // when the session's last message was
    bool has_place_ = false;
    bool rests_ = false;               // before it opens a session again
    std::optional<Letter> letter_;     // in hand
    std::optional<Letter> following_;  // the one behind it
};

}  // namespace paperround::pipeline
