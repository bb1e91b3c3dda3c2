#include "queue/relay/relay_line.hpp"

#include <algorithm>
#include <utility>

namespace paperround::queue {

namespace {
using namespace std::chrono_literals;
// A session that has said nothing for longer does not prove that the relay works.
constexpr Duration lively = 30s;
// How soon a courier without a place notices that one more may be tried.
constexpr auto look_again = 1s;
// A courier rests for so long when its session broke: what one was reset for may not be over, and nothing
// waits for it. With no other one letters do wait.
constexpr Duration after_break = 5s;
constexpr Duration after_break_alone = 1s;
// What a late wake-up may catch up with, seconds: less than the ledger's bucket allows, since what begins
// here comes to the relay up to 70 ms closer together.
constexpr double catches_up = 0.005;
}  // namespace

bool RelayLine::has_place() const {
    // Whether those that are being opened will work shows first.
    if (turned_away_ && opening_ > 0) return false;
    return places_ < lessons_.connections.allowed(connections_, clock_.now());
}

bool RelayLine::take_place() {
    Lock lock(mutex_);
    while (!closed_ && !has_place()) changed_place_.wait_for(lock.native(), look_again);
    if (closed_) return false;
    ++places_;
    return true;
}

void RelayLine::leave_place() {
    {
        const Lock lock(mutex_);
        --places_;
    }
    changed_place_.notify_one();
}

unsigned RelayLine::places() const {
    const Lock lock(mutex_);
    return places_;
}

bool RelayLine::take_turn() {
    bucket_.refill(per_second_, from_millis(steady_now()));
    bucket_.tokens = std::min(bucket_.tokens, 1.0 + catches_up * per_second_);
    if (bucket_.available() == 0) return false;
    bucket_.take(1);
    return true;
}

bool RelayLine::turn_now() {
    if (!limited_.load(std::memory_order_relaxed)) return true;
    const Lock lock(mutex_);
    return !limited_ || take_turn();
}

bool RelayLine::await_turn() {
    if (!limited_.load(std::memory_order_relaxed)) return true;
    Lock lock(mutex_);
    while (!closed_ && !paused_ && limited_) {
        if (take_turn()) return true;
        turn_.wait_for(lock.native(), std::max<Duration>(bucket_.until_token(per_second_), 1ms));
    }
    return !closed_ && !paused_;
}

bool RelayLine::await_turn_for(Duration patience) {
    const auto until = Steady::now() + patience;
    Lock lock(mutex_);
    while (!closed_ && !paused_ && limited_) {
        if (take_turn()) return true;
        const auto left = std::chrono::duration_cast<Duration>(until - Steady::now());
        if (left <= Duration(0)) return false;
        turn_.wait_for(lock.native(),
                       std::min(left, std::max<Duration>(bucket_.until_token(per_second_), 1ms)));
    }
    return !closed_ && !paused_;
}

// A courier that waits for its turn has begun nothing yet.
void RelayLine::set_paused(bool paused) {
    {
        const Lock lock(mutex_);
        paused_ = paused;
    }
    turn_.notify_all();
}

void RelayLine::set_pace(std::optional<double> per_second, Duration closed) {
    {
        const Lock lock(mutex_);
        per_second_ = per_second.value_or(0.0);
        bucket_.refill(per_second_, from_millis(steady_now()));
        if (closed > Duration(0)) bucket_.close_for(closed, per_second_);
        limited_ = per_second.has_value();
    }
    turn_.notify_all();
}

void RelayLine::opening() {
    const Lock lock(mutex_);
    ++opening_;
    show_messages();  // what was learned a day ago is forgotten
}

void RelayLine::opened() {
    {
        const Lock lock(mutex_);
        --opening_;
        ++open_;
        last_answer_ = steady_now();
        if (std::exchange(turned_away_, false)) learn_refusal(working(), turned_away_words_);
        if (lessons_.connections.opened(working(), connections_, clock_.now())) changed_ = true;
    }
    changed_place_.notify_all();
}

void RelayLine::not_opened() {
    {
        const Lock lock(mutex_);
        --opening_;
        if (opening_ == 0) turned_away_ = false;
    }
    changed_place_.notify_all();
}

bool RelayLine::not_opened_here() {
    bool others = false;
    {
        const Lock lock(mutex_);
        --opening_;
        others = others_answer() || opening_ > 0;
        if (opening_ == 0) turned_away_ = false;
    }
    changed_place_.notify_all();
    return others;
}

bool RelayLine::others_answer() const {
    return working() > 0 && steady_now() - last_answer_ < lively.count();
}

void RelayLine::learn_refusal(unsigned others, std::string_view words) {
    if (lessons_.connections.refused(others, words, clock_.now())) changed_ = true;
}

bool RelayLine::turned_away(std::string_view words) {
    bool others = false;
    {
        const Lock lock(mutex_);
        --opening_;
        if (others_answer()) {
            others = true;
            learn_refusal(working(), words);
        } else if (opening_ > 0) {
            others = true;
            turned_away_ = true;
            turned_away_words_ = words;
        } else {
            turned_away_ = false;
        }
        if (others) --places_;
    }
    changed_place_.notify_all();
    return others;
}

RelayLine::TooMany RelayLine::too_many(std::string_view words, Moment begun, Moment accepted) {
    const Lock lock(mutex_);
    const bool others_left = leaving_ > 0 || begun < left_;
    // It was served while too many were at work, or it works, and was at it before the one that was too many.
    const bool is_within = accepted >= storm_ || (begun < storm_ && accepted != Moment{});
    if (others_left && (is_within || working() < 2)) return TooMany::again;
    if (working() < 2) return TooMany::alone;
    if (!others_left) storm_ = begun;
    ++leaving_;
    --places_;
    learn_refusal(working(), words);
    return TooMany::leave;
}

void RelayLine::left() {
    const Lock lock(mutex_);
    --leaving_;
    --open_;
    left_ = Steady::now();
}

bool RelayLine::others_work() const {
    const Lock lock(mutex_);
    return others_answer();
}

void RelayLine::rest(Duration length) {
    Lock lock(mutex_);
    turn_.wait_for(lock.native(), length, [this]() REQUIRES(mutex_) { return closed_; });
}

void RelayLine::ended() {
    const Lock lock(mutex_);
    --open_;
}

void RelayLine::served(unsigned number) {
    last_served_.store(steady_now(), std::memory_order_relaxed);
    served_.fetch_add(1, std::memory_order_relaxed);
    // Two at a time may leave the smaller number: the next message mends it.
    if (number > carried_.load(std::memory_order_relaxed)) carried_.store(number, std::memory_order_relaxed);
}

std::optional<Duration> RelayLine::broke() {
    const Lock lock(mutex_);
    const bool others = working() > 0;
    if (breaks_.by_chance(served_, Duration(steady_now() - last_served_), others))
        return others ? after_break : after_break_alone;
    troubled();
    return std::nullopt;
}

void RelayLine::used_up(unsigned after, bool said, std::string_view words) {
    const Lock lock(mutex_);
    lessons_.messages.carried(carried_.exchange(0), clock_.now());
    if (!lessons_.messages.ended(after, said, words, clock_.now())) return;
    show_messages();
    changed_ = true;
}

void RelayLine::show_messages() {
    messages_now_ = lessons_.messages.allowed(messages_, clock_.now());
}

void RelayLine::close() {
    {
        const Lock lock(mutex_);
        closed_ = true;
    }
    changed_place_.notify_all();
    turn_.notify_all();
}

std::optional<RelayLine::Lessons> RelayLine::news() {
    if (!changed_.load(std::memory_order_relaxed)) return std::nullopt;
    const Lock lock(mutex_);
    if (opening_ > 0 || leaving_ > 0) return std::nullopt;
    changed_ = false;
    return lessons_;
}

void RelayLine::remember(const Lessons& lessons) {
    {
        const Lock lock(mutex_);
        lessons_ = lessons;
        changed_ = false;
        show_messages();
    }
    changed_place_.notify_all();
}

}  // namespace paperround::queue
