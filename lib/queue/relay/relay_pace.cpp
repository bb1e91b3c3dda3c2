#include "queue/relay/relay_pace.hpp"

#include <algorithm>

namespace paperround::queue {

namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

constexpr double margin = 0.97;
constexpr double lowest_rate = 1.0 / 3600;
constexpr double least_at_first = 1.0;  // what was accepted over a moment means little
constexpr double smallest_step = 0.02;
constexpr double largest_step = 0.5;
constexpr double used_to_the_full = 0.8;
constexpr unsigned messages_a_step = 20;
constexpr auto shortest_quiet = 5s;
constexpr auto longest_quiet = 5min;
constexpr auto first_hold = 1s;
constexpr auto shortest_hold = 200ms;
constexpr auto longest_hold = 10s;
constexpr auto cycle_length = 60s;
constexpr double messages_a_cycle = 100.0;
constexpr auto longest_closed = 1h;
constexpr auto idle = 2s;
constexpr auto pace_forgotten_after = 24h;

Duration time_of(double messages, double per_second) {
    return std::chrono::duration_cast<Duration>(Seconds(messages / per_second));
}

}  // namespace

double RelayPace::measured(Time now) const {
    const Seconds length = std::max<Duration>(now - cycle_, 1s);
    return std::max(lowest_rate, accepted_ / length.count());
}

void RelayPace::begin_cycle(Time now, unsigned accepted) {
    cycle_ = now;
    accepted_ = accepted;
}

bool RelayPace::accepted(Time now) {
    if (!probing()) {
        const Duration pause = learned() ? std::max<Duration>(idle, time_of(3.0, limit)) : Duration(idle);
        if (now - last_ > pause || now < last_) begin_cycle(now, 0);
    }
    last_ = now;
    ++accepted_;
    ++since_step_;
    if (!probing()) {
        // The older half of a long cycle is let go; not of one that a closed hour will have to be set
        // against.
        Duration longest = cycle_length;
        if (learned()) longest = std::max({longest, time_of(messages_a_cycle, limit), 2 * closed_});
        if (now - cycle_ > longest) {
            accepted_ /= 2;
            cycle_ = now - (now - cycle_) / 2;
        }
        return false;
    }
    if (now < hold_until_) return false;  // it was under way
    if (refused_again_) {
        // It opened at some time since the last one was refused.
        limit = std::min(limit, std::max(lowest_rate, measured(now - hold_ / 2) * margin));
        closed_ = std::min<Duration>(std::max(closed_, now - stepped_), longest_closed);
    }
    hold_ = Duration(0);
    begin_cycle(now, 1);
    since_step_ = 1;
    stepped_ = now;
    return true;
}

bool RelayPace::complaint(Time now, std::string_view reply) {
    complained = now;
    if (probing()) {
        if (now < hold_until_) return false;  // it was under way
        refused_again_ = true;
        hold_ = std::min<Duration>(hold_ * 2, std::max<Duration>(longest_hold, (now - stepped_) / 10));
        hold_until_ = now + hold_;
        return true;
    }
    words = reply;
    if (!learned()) {
        since = now;
        limit = std::max(least_at_first, measured(now) * margin);
        quiet_ = shortest_quiet;
        hold_ = first_hold;
    } else {
        ceiling_ = limit;
        limit = std::min(limit, measured(now)) * margin;
        quiet_ = std::min<Duration>(quiet_ * 2, longest_quiet);
        hold_ = std::clamp<Duration>(time_of(1.0, limit), shortest_hold, longest_hold);
    }
    limit = std::max(limit, lowest_rate);
    step_ = smallest_step;
    hold_until_ = now + hold_;
    refused_again_ = false;
    stepped_ = now;
    since_step_ = 0;
    return true;
}

bool RelayPace::rise(Time now) {
    if (!learned() || probing()) return false;
    if (now - complained >= pace_forgotten_after) {
        *this = RelayPace{};
        return true;
    }
    const Duration passed = now - stepped_;
    if (passed < std::max({quiet_, closed_, time_of(messages_a_step, limit)})) return false;
    const bool used = since_step_ >= used_to_the_full * limit * Seconds(passed).count();
    stepped_ = now;
    since_step_ = 0;
    if (!used) return false;
    limit *= 1.0 + step_;
    step_ = std::min(step_ * 2, largest_step);
    if (limit > ceiling_) quiet_ = std::max<Duration>(quiet_ / 2, shortest_quiet);
    return true;
}

Duration RelayPace::closed_for(Time now) const {
    return probing() ? std::max(hold_until_ - now, Duration(0)) : Duration(0);
}

bool RelayPace::worth_saying() {
    if (!learned() || (said_ > 0.0 && limit >= said_ / 2)) return false;
    said_ = limit;
    return true;
}

}  // namespace paperround::queue
