#include "pipeline/courier.hpp"

#include <utility>

#include "queue/reply_line.hpp"
#include "smtp/content.hpp"
#include "smtp/limit_words.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
// How long a courier without a session waits before it looks at its orders again.
constexpr Duration without_session = 1h;
// How often, and how soon, a session is opened again right behind the one before.
constexpr auto just_ended = 1s;
constexpr int times_again = 2;
// What the relay may need to notice that a session has ended.
constexpr Duration before_again = 200ms;
// Where the name of the relay cannot be resolved, say, while others work.
constexpr Duration before_opening_again = 5s;

// The relay complains about how many sessions are at work, and may end this one over it.
bool is_one_too_many(const queue::Outcome& outcome) {
    const bool limits_us = outcome.kind == queue::OutcomeKind::relay_slowed || outcome.code == 421;
    return limits_us && smtp::names_connections(outcome.text);
}

// At once, and not over a login, which would fail again: the only session of a relay that has just served
// does not rest for seconds because it was opened too soon.
bool was_turned_away(const queue::Outcome& outcome, std::chrono::steady_clock::duration after) {
    return after < just_ended && outcome.stage < queue::Stage::auth;
}
}  // namespace

void Courier::run() {
    for (;;) {
        if (!has_place_ && !line_.take_place()) return;
        has_place_ = true;
        letter_ = std::exchange(following_, std::nullopt);
        if (!letter_)
            letter_ = outbox_.take(session_.has_value(), session_ ? access_.relay.idle : without_session);
        if (letter_) {
            deliver();
        } else {
            end_session();
            if (outbox_.closed()) return line_.leave_place();
        }
    }
}

void Courier::deliver() {
    // An envelope that went ahead is the session's to abandon.
    if (!(session_ && session_->has_ahead())) {
        if (recalled(*letter_)) return;
        if (line_.paused()) return give_back(letter_);
    }
    auto outcome = attempt();
    if (!outcome) {
        put_back();
        if (std::exchange(rests_, false)) line_.rest(before_opening_again);
        return;
    }
    const auto pause = judge_break(*outcome);
    const bool troubled = queue::may_be_relay_trouble(outcome->kind);
    // Reported first: nothing is handed out then until it is judged, least of all what is given back here.
    ledger_.report(lane_, std::move(letter_->delivery), std::move(*outcome));
    if (troubled) {
        // What is composed waits with the ledger until the relay is back, or goes over another one.
        for (const Letter& letter : outbox_.empty_out()) ledger_.give_back(lane_, letter.delivery);
        if (following_ && !(session_ && session_->has_ahead())) give_back(following_);
    }
    if (session_ && !session_->has_ahead() &&
        (session_->destroyed() || session_->sent() >= line_.messages())) {
        end_session();
    }
    if (!pause) return;
    if (following_ && !outbox_.put_back(following_)) give_back(following_);
    line_.rest(*pause);
}

std::optional<Duration> Courier::judge_break(queue::Outcome& outcome) {
    if (outcome.kind != queue::OutcomeKind::relay_trouble) return std::nullopt;
    std::optional<Duration> pause;
    if (outcome.code == 0 && outcome.stage >= queue::Stage::mail) {
        end_session();
        pause = line_.broke();
    }
    if (pause) {
        outcome.kind = queue::OutcomeKind::session_broken;
        events_.connection_broke(access_.relay.name, outcome);
    } else {
        line_.troubled();
    }
    return pause;
}

// Nothing where the letter is not to go over a session of this courier's now.
std::optional<queue::Outcome> Courier::attempt() {
    std::optional<FullSession> full;
    for (bool in_step = true;;) {
        if (auto trouble = ensure_session()) return trouble;
        if (!session_) return std::nullopt;
        if (!session_->has_ahead() && !line_.await_turn()) return std::nullopt;
        const auto begun = Steady::now();
        queue::Outcome outcome = send();
        // Only a session that has served before can be used up, so a new one is opened no more than once.
        if (session_->used_up()) {
            // At MAIL a server may end it for what it has carried.
            if (outcome.code == 0 && outcome.stage > queue::Stage::mail)
                events_.connection_broke(access_.relay.name, outcome);
            full = FullSession{session_->used_up_after(), session_->said_so(), queue::reply_line(outcome)};
            end_session();
            continue;
        }
        // Where the new one is not served either, it was no matter of how much the other had carried.
        if (full && outcome.kind == queue::OutcomeKind::accepted)
            line_.used_up(full->messages, full->said_so, full->words);
        // This may come of any session, so it is believed the second time.
        if (session_->out_of_step() && std::exchange(in_step, false)) {
            end_session();
            continue;
        }
        if (!is_one_too_many(outcome) || !one_too_many(outcome, begun)) return outcome;
        if (!has_place_) return std::nullopt;
    }
}

queue::Outcome Courier::send() {
    const auto still_wanted = [this] { return !recall_.contains(letter_->delivery.id); };
    const auto following = [this] { return take_following(); };
    queue::Outcome outcome = session_->send(letter_->envelope, letter_->message, still_wanted, following);
    if (outcome.code != 0) line_.answered();
    if (outcome.code != 0 && !queue::may_be_relay_trouble(outcome.kind)) line_.served(session_->sent());
    if (outcome.kind == queue::OutcomeKind::accepted) accepted_ = Steady::now();
    if (session_->overlap_failed()) overlap_.failed(outcome);
    return outcome;
}

bool Courier::one_too_many(const queue::Outcome& outcome, Steady::time_point begun) {
    switch (line_.too_many(queue::reply_line(outcome), begun, accepted_)) {
        case queue::RelayLine::TooMany::alone:
            return false;
        case queue::RelayLine::TooMany::again:
            if (session_->has_ahead()) end_session();  // that envelope was to be the next
            line_.rest(before_again);
            return true;
        case queue::RelayLine::TooMany::leave:
            has_place_ = false;
            close_session();
            line_.left();
            return true;
    }
    return false;
}

// What could not be begun here goes over the next session that has time for it.
void Courier::put_back() {
    for (std::optional<Letter>* letter : {&following_, &letter_}) {
        if (*letter && !outbox_.put_back(*letter)) give_back(*letter);
    }
}

void Courier::give_back(std::optional<Letter>& letter) {
    ledger_.give_back(lane_, letter->delivery);
    letter.reset();
}

// The letter whose envelope goes with the final dot of the one in hand.
std::optional<smtp::Upcoming> Courier::take_following() {
    if (!overlap_.allowed() || session_->sent() >= line_.messages()) return std::nullopt;
    // One may be left of a session that ended at the dot of the letter in hand.
    if (!following_) following_ = outbox_.take_now();
    while (following_ && recalled(*following_)) following_ = outbox_.take_now();
    // It begins with the dot in front of it.
    if (!following_ || line_.paused() || !line_.turn_now()) return std::nullopt;
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
    end_session();
    // A server that counts connections may not have noticed yet that ours has ended.
    const bool was_open = Steady::now() - session_ended_ < just_ended;
    for (int again = was_open ? times_again : 0;; --again) {
        const auto begun = Steady::now();
        line_.opening();
        auto opened = smtp::Session::open(access_.relay, access_.credentials, access_.default_ehlo,
                                          interrupt_, access_.memory.get());
        if (opened) {
            line_.opened();
            session_.emplace(std::move(*opened));
            accepted_ = {};
            return std::nullopt;
        }
        if (opened.error().kind == queue::OutcomeKind::withdrawn) {
            line_.not_opened();
            return std::move(opened.error());
        }
        if (again > 0 && (line_.others_work() || was_turned_away(opened.error(), Steady::now() - begun))) {
            line_.not_opened();
            line_.rest(before_again);
            continue;
        }
        if (queue::is_about_us_opening(opened.error())) {
            rests_ = line_.not_opened_here();
            if (rests_) return std::nullopt;
            return std::move(opened.error());
        }
        if (!line_.turned_away(queue::reply_line(opened.error()))) return std::move(opened.error());
        has_place_ = false;
        return std::nullopt;
    }
}

void Courier::end_session() {
    if (!session_) return;
    close_session();
    line_.ended();
}

void Courier::close_session() {
    if (session_->usable()) session_->quit();
    session_.reset();
    session_ended_ = Steady::now();
}

}  // namespace paperround::pipeline
