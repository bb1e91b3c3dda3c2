#include "queue/message_limit.hpp"

#include <algorithm>
#include <utility>

namespace paperround::queue {

namespace {

constexpr auto forgotten_after = std::chrono::hours(24);

bool much_the_same(unsigned a, unsigned b) {
    return std::max(a, b) - std::min(a, b) <= std::max(a, b) / 4;
}

}  // namespace

unsigned MessageLimit::allowed(unsigned configured, Time now) const {
    return learned() && now - since < forgotten_after ? std::min(messages, configured) : configured;
}

bool MessageLimit::ended(unsigned after, bool said, std::string_view reply, Time now) {
    if (after == 0) return false;
    const unsigned before = std::exchange(last_seen, after);
    if (!said) {
        if (before == 0 || !much_the_same(before, after)) return false;
        after = std::min(before, after);
    }
    const bool stands = learned() && now - since < forgotten_after;
    if (stands && after >= messages) return false;
    messages = after;
    since = now;
    words = reply;
    return true;
}

}  // namespace paperround::queue
