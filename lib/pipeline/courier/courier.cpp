#include "pipeline/courier/courier.hpp"

#include <utility>

#include "queue/reply_line.hpp"
#include "refusal/limit_words.hpp"
#include "smtp/content.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
// How long a courier without a session waits for a letter.
constexpr Duration without_session = 1h;
// How soon after the end of a session, and how often, opening the next one is tried again.
constexpr auto just_ended = 1s;
constexpr int times_again = 2;
// A relay may need this time to notice that a session has ended.
constexpr Duration before_again = 200ms;
// For instance when the relay's name cannot be resolved while other couriers work.
constexpr Duration before_opening_again = 5s;

// The relay complains about the number of concurrent sessions; it may end this session.
bool is_one_too_many(const queue::Outcome& outcome) {
    const bool limits_us = outcome.kind == queue::OutcomeKind::relay_slowed || outcome.code == 421;
    return limits_us && refusal::names_connections(outcome.text);
}

// The relay refused a session just after the last one had ended, and before the login (a failed login would
// fail again): it has not noticed that end yet. Its only session should not rest for seconds because of that.
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
    // If the envelope was written ahead, the session has to abandon it.
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
    // Report first: until the ledger has judged the outcome it hands out nothing, in particular not what is
    // given back here.
    hand_out_.report(lane_, std::move(letter_->delivery), std::move(*outcome));
    if (troubled) {
        // Composed letters go back to the ledger until the relay works again or another relay takes them.
        for (const Letter& letter : outbox_.empty_out()) hand_out_.give_back(lane_, letter.delivery);
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

// Returns nothing if this courier should not send the letter now.
std::optional<queue::Outcome> Courier::attempt() {
    std::optional<FullSession> full;
    for (bool in_step = true;;) {
        if (auto trouble = ensure_session()) return trouble;
        if (!session_) return std::nullopt;
        if (!session_->has_ahead() && !line_.await_turn()) return std::nullopt;
        const auto begun = Steady::now();
        queue::Outcome outcome = send();
        // Only a session that has served before can be used up, so at most one new session is opened.
        if (session_->used_up()) {
            // At MAIL a server may end the session because of its message limit; later it is a broken
            // connection.
            if (outcome.code == 0 && outcome.stage > queue::Stage::mail)
                events_.connection_broke(access_.relay.name, outcome);
            full = FullSession{session_->used_up_after(), session_->said_so(), queue::reply_line(outcome)};
            end_session();
            continue;
        }
        // Only if the new session is served was the message limit the reason.
        if (full && outcome.kind == queue::OutcomeKind::accepted)
            line_.used_up(full->messages, full->said_so, full->words);
        // This may happen to any session, so it only counts the second time.
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
    const auto dot_leaves = [this] { hand_out_.dot_leaves(letter_->delivery); };
    queue::Outcome outcome =
        session_->send(letter_->envelope, letter_->message, still_wanted, following, dot_leaves);
    // It may be sent over another session, with nothing on record.
    const bool refused = session_->used_up() || session_->out_of_step() || is_one_too_many(outcome);
    if (refused && outcome.kind != queue::OutcomeKind::in_doubt) hand_out_.not_begun(letter_->delivery);
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
            if (session_->has_ahead()) end_session();  // the envelope ahead is for another letter
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

// Puts letters that were not begun back: the next free session takes them.
void Courier::put_back() {
    for (std::optional<Letter>* letter : {&following_, &letter_}) {
        if (*letter && !outbox_.put_back(*letter)) give_back(*letter);
    }
}

void Courier::give_back(std::optional<Letter>& letter) {
    hand_out_.give_back(lane_, letter->delivery);
    letter.reset();
}

// Takes the letter whose envelope is written with the present letter's final dot.
std::optional<smtp::Upcoming> Courier::take_following() {
    if (!overlap_.allowed() || session_->sent() >= line_.messages()) return std::nullopt;
    // It may be left from a session that ended at the present letter's final dot.
    if (!following_) following_ = outbox_.take_now();
    while (following_ && recalled(*following_)) following_ = outbox_.take_now();
    // The next transaction begins with the present final dot, so now is its turn.
    if (!following_ || line_.paused() || !line_.turn_now()) return std::nullopt;
    return smtp::Upcoming{following_->envelope, following_->message.size(),
                          smtp::has_utf8_header(following_->message)};
}

// Returns true if the reader has left meanwhile: the delivery goes back unsent.
bool Courier::recalled(const Letter& letter) {
    if (!recall_.contains(letter.delivery.id)) return false;
    hand_out_.give_back(lane_, letter.delivery);
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
