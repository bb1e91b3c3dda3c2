#include "queue/relay/message_limit.hpp"

#include <algorithm>
#include <utility>

namespace paperround::queue {

namespace {

constexpr auto limit_forgotten_after = std::chrono::hours(24);
constexpr auto remembered = std::chrono::hours(1);  // what a session has carried

}  // namespace

unsigned MessageLimit::allowed(unsigned configured, Time now) const {
    return learned() && now - since < limit_forgotten_after ? std::min(messages, configured) : configured;
}

void MessageLimit::carried(unsigned count, Time now) {
    if (count < most && now - most_at < remembered) return;
    most = count;
    most_at = now;
}

// What the ends of the last two sessions have in common; 0: nothing.
unsigned MessageLimit::guess(unsigned after, Time now) {
    const bool the_same = std::exchange(last_seen, after) == after;
    const bool more_was_carried = most > after && now - most_at < remembered;
    return the_same && !more_was_carried ? after : 0;
}

bool MessageLimit::ended(unsigned after, bool said, std::string_view reply, Time now) {
    if (after == 0) return false;
    const bool stands = learned() && now - since < limit_forgotten_after;
    const unsigned guessed = guess(after, now);
    if (!said) after = guessed;
    if (after == 0 || (stands && after >= messages)) return false;
    messages = after;
    since = now;
    words = reply;
    return true;
}

}  // namespace paperround::queue
