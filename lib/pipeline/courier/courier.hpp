// A courier carries letters of one relay over one SMTP session at a time: it takes a letter, sends it and
// reports the outcome. It runs on its own thread and blocks on its socket; all that it decides is in the
// outcome.
//
// If the server ends a session after messages had been accepted over it, the letter is sent over a new
// session at once. If the relay opens no session while other couriers have one, this courier does without:
// its letter goes over one of theirs (queue/relay/relay_line.hpp). If a session breaks under its first messages
// while the relay works, its courier rests, and the letter goes over another session.
//
// With `pipelining: across` the next letter is taken while the present one is written, and its envelope is
// written ahead (smtp/session.hpp), for as long as the relay copes with that.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/interrupt.hpp"
#include "pipeline/courier/outbox.hpp"
#include "pipeline/courier/overlap.hpp"
#include "pipeline/courier/relay_access.hpp"
#include "pipeline/events.hpp"
#include "pipeline/press/letter.hpp"
#include "queue/ledger/hand_out.hpp"
#include "queue/ledger/recall.hpp"
#include "queue/relay/relay_line.hpp"
#include "smtp/session.hpp"

namespace paperround::pipeline {

class Courier {
  public:
    // All references must outlive the courier.
    Courier(queue::HandOut& hand_out, queue::RelayLine& line, std::size_t lane, const queue::Recall& recall,
            const RelayAccess& access, Outbox& outbox, Overlap& overlap, Events& events,
            const Interrupt& interrupt)
        : hand_out_(hand_out),
          lane_(lane),
          recall_(recall),
          access_(access),
          line_(line),
          outbox_(outbox),
          overlap_(overlap),
          events_(events),
          interrupt_(interrupt) {}

    // Runs until the outbox is closed. Finishes an open transaction first, unless the interrupt ends it.
    void run();

  private:
    using Steady = std::chrono::steady_clock;
    // A session that its server ended, until a new session is known to be served.
    struct FullSession {
        unsigned messages;
        bool said_so;
        std::string words;
    };

    void deliver();
    [[nodiscard]] std::optional<queue::Outcome> attempt();
    [[nodiscard]] std::optional<smtp::Upcoming> take_following();
    [[nodiscard]] bool recalled(const Letter& letter);
    // Nothing: `session_` is open; or it is empty, because others have a session. An outcome: the relay's
    // trouble.
    [[nodiscard]] std::optional<queue::Outcome> ensure_session();
    [[nodiscard]] queue::Outcome send();
    // Handles a complaint about the number of concurrent sessions. True if the letter is to be sent again,
    // over the next free session; false if the complaint is about something else.
    [[nodiscard]] bool one_too_many(const queue::Outcome& outcome, Steady::time_point begun);
    // If the session broke under the letter: how long this courier rests. Nothing if it is the relay's
    // trouble.
    [[nodiscard]] std::optional<Duration> judge_break(queue::Outcome& outcome);
    void end_session();
    void close_session();
    void put_back();
    void give_back(std::optional<Letter>& letter);

    queue::HandOut& hand_out_;
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
    Steady::time_point accepted_{};  // when the session's last message was accepted
    bool has_place_ = false;
    bool rests_ = false;               // it rests before it opens a session again
    std::optional<Letter> letter_;     // being sent
    std::optional<Letter> following_;  // the letter after it
};

}  // namespace paperround::pipeline
