#include "pipeline/courier.hpp"

#include <utility>

#include "smtp/content.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
// How long a courier without a session waits before it looks at its orders again.
constexpr Duration without_session = 1h;
}  // namespace

void Courier::run() {
    for (;;) {
        letter_ = std::exchange(following_, std::nullopt);
        if (!letter_)
            letter_ = outbox_.take(session_.has_value(), session_ ? access_.relay.idle : without_session);
        if (letter_) {
            deliver();
        } else {
            end_session();
            if (outbox_.closed()) return;
        }
    }
}

void Courier::deliver() {
    // An envelope that went ahead is the session's to abandon.
    if (!(session_ && session_->has_ahead()) && recalled(*letter_)) return;
    queue::Outcome outcome = attempt();
    const bool troubled = queue::may_be_relay_trouble(outcome.kind);
    // Reported first: nothing is handed out then until it is judged, least of all what is given back here.
    ledger_.report(lane_, std::move(letter_->delivery), std::move(outcome));
    if (troubled) {
        // What is composed waits with the ledger until the relay is back, or goes over another one.
        for (const Letter& letter : outbox_.empty_out()) ledger_.give_back(lane_, letter.delivery);
        if (following_ && !(session_ && session_->has_ahead())) {
            ledger_.give_back(lane_, std::exchange(following_, std::nullopt)->delivery);
        }
    }
    if (session_ && !session_->has_ahead() && session_->sent() >= access_.relay.messages_per_connection) {
        end_session();
    }
}

queue::Outcome Courier::attempt() {
    const auto still_wanted = [this] { return !recall_.contains(letter_->delivery.id); };
    const auto following = [this] { return take_following(); };
    // A session may have ended before any of this message was tried, which says nothing about the message: a
    // new one is opened, once.
    for (bool again = true;; again = false) {
        if (auto trouble = ensure_session()) return std::move(*trouble);
        queue::Outcome outcome = session_->send(letter_->envelope, letter_->message, still_wanted, following);
        if (session_->overlap_failed()) overlap_.failed(outcome);
        if (!again || !session_->ended_between_transactions()) return outcome;
        session_.reset();
    }
}

// The letter whose envelope goes with the final dot of the one in hand.
std::optional<smtp::Upcoming> Courier::take_following() {
    if (!overlap_.allowed() || session_->sent() >= access_.relay.messages_per_connection) return std::nullopt;
    do {
        following_ = outbox_.take_now();
    } while (following_ && recalled(*following_));
    if (!following_) return std::nullopt;
    return smtp::Upcoming{following_->envelope, following_->message.size(),
                          smtp::has_utf8_header(following_->message)};
}

// True where the reader has left meanwhile: the delivery goes back unbegun.
bool Courier::recalled(const Letter& letter) {
    if (!recall_.contains(letter.delivery.id)) return false;
    ledger_.give_back(lane_, letter.delivery);
    return true;
}

std::optional<queue::Outcome> Courier::ensure_session() {
    if (session_ && session_->usable()) return std::nullopt;
    session_.reset();
    auto opened = smtp::Session::open(access_.relay, access_.credentials, access_.default_ehlo, interrupt_);
    if (!opened) return std::move(opened.error());
    session_.emplace(std::move(*opened));
    return std::nullopt;
}

void Courier::end_session() {
    if (session_ && session_->usable()) session_->quit();
    session_.reset();
}

}  // namespace paperround::pipeline
