#include "pipeline/courier.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
// How long a courier without a session waits before it looks at its orders again.
constexpr Duration without_session = 1h;
}  // namespace

void Courier::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto delivery = ledger_.next(lane_, stop, session_ ? access_.relay.idle : without_session);
        if (delivery) {
            try {
                deliver(*delivery);
            } catch (const db::Error& error) {
                // The subscriber could not be read. Backing off like a relay keeps the delivery and its
                // attempts whole.
                ledger_.report(lane_, *delivery,
                               {.kind = queue::OutcomeKind::relay_trouble, .text = error.what()});
            }
        } else {
            end_session();
        }
    }
    end_session();
}

void Courier::deliver(const queue::Delivery& delivery) {
    if (recall_.contains(delivery.id)) return ledger_.give_back(lane_, delivery);
    auto letter = composer_.compose(delivery);
    if (!letter) return ledger_.report(lane_, delivery, std::move(letter.error()));
    ledger_.report(lane_, delivery, attempt(delivery, *letter));
    if (session_ && session_->sent() >= access_.relay.messages_per_connection) end_session();
}

queue::Outcome Courier::attempt(const queue::Delivery& delivery, const Letter& letter) {
    const auto still_wanted = [&] { return !recall_.contains(delivery.id); };
    // A session may have ended between transactions, which says nothing about this message: a new one is
    // opened, once.
    for (bool again = true;; again = false) {
        if (auto trouble = ensure_session()) return std::move(*trouble);
        queue::Outcome outcome = session_->send(letter.envelope, letter.message, still_wanted);
        if (!again || !session_->ended_between_transactions()) return outcome;
        session_.reset();
    }
}

std::optional<queue::Outcome> Courier::ensure_session() {
    if (session_ && session_->usable()) return std::nullopt;
    session_.reset();
    auto opened = smtp::Session::open(access_.relay, access_.password, access_.default_ehlo, interrupt_);
    if (!opened) return std::move(opened.error());
    session_.emplace(std::move(*opened));
    return std::nullopt;
}

void Courier::end_session() {
    if (session_ && session_->usable()) session_->quit();
    session_.reset();
}

}  // namespace paperround::pipeline
