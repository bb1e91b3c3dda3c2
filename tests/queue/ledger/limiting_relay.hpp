// A relay with the limits of the field, as its operator describes them: so many messages in any `per`, by
// fixed windows or sliding ones, and so many in any 24 hours. A plain value over injected time.
#pragma once

#include <cstddef>
#include <deque>

#include "base/clock.hpp"
#include "queue/outcome.hpp"

namespace paperround::test {

struct LimitingRelay {
    std::size_t most = 0;
    Duration per{1000};
    bool sliding = false;
    std::size_t daily = 0;      // 0: no quota
    unsigned connections = 10;  // that it allows
    Duration takes{20};         // one message

    std::deque<Time> recent;  // accepted, of the last `per`
    std::deque<Time> day;
    Time window{};

    [[nodiscard]] bool quota_is_used_up(Time now) {
        while (!day.empty() && now - day.front() >= std::chrono::hours(24)) day.pop_front();
        return daily > 0 && day.size() >= daily;
    }
    // What becomes of a message that it is offered now.
    queue::OutcomeKind judge(Time now) {
        if (quota_is_used_up(now)) return queue::OutcomeKind::relay_quota;
        if (sliding) {
            while (!recent.empty() && now - recent.front() >= per) recent.pop_front();
        } else if (now - window >= per) {
            window = now;
            recent.clear();
        }
        if (recent.size() >= most) return queue::OutcomeKind::relay_slowed;
        recent.push_back(now);
        day.push_back(now);
        return queue::OutcomeKind::accepted;
    }
    [[nodiscard]] double per_second() const {
        return static_cast<double>(most) / std::chrono::duration<double>(per).count();
    }
};

inline LimitingRelay ses(std::size_t daily) {
    return {.most = 14, .daily = daily, .takes = std::chrono::milliseconds(100)};
}
inline LimitingRelay office_365() {
    return {.most = 30,
            .per = std::chrono::minutes(1),
            .connections = 3,
            .takes = std::chrono::milliseconds(500)};
}
inline LimitingRelay gmail(std::size_t daily) {
    return {.most = 20, .daily = daily, .takes = std::chrono::milliseconds(300)};
}

}  // namespace paperround::test
