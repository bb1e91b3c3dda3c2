// How many messages a relay takes in one session, learned where it ended sessions early. A plain value over
// injected time.
//
// Policy: a server that says so ("too many messages in this session") is believed at once. One that just
// hangs up is believed when two sessions in a row ended after the same number, and none has carried more
// within the last hour. Otherwise a network that loses connections now and then would teach a limit, and a
// lower one each time that two happen to end alike, down to a few messages. A server that hangs up after
// about so many teaches nothing: each of its sessions ends with a message that goes over the next one at
// once, which costs no more than to end it ourselves. A day later the limit is forgotten, and found again at
// the cost of one session where it still holds.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::queue {

struct MessageLimit {
    unsigned messages = 0;  // 0: nothing learned
    Time since{};
    std::string words;       // that ended the session
    unsigned last_seen = 0;  // when the last session ended early
    unsigned most = 0;       // that a session has carried; of this run alone, as the next
    Time most_at{};
    bool operator==(const MessageLimit&) const = default;

    [[nodiscard]] bool learned() const { return messages > 0; }
    // How many a session may carry now.
    [[nodiscard]] unsigned allowed(unsigned configured, Time now) const;
    // A session has carried so many.
    void carried(unsigned count, Time now);
    // A session ended after so many messages; `said` where the server gave that as its reason. True where
    // the limit changed.
    bool ended(unsigned after, bool said, std::string_view reply, Time now);

  private:
    [[nodiscard]] unsigned guess(unsigned after, Time now);
};

}  // namespace paperround::queue
