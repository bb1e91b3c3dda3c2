// What a report that came back did. The numbers are stored: a new value takes a new number, and none is used again.
#pragma once

#include <string_view>

namespace paperround::queue {

enum class ReportEffect {
    none = 0,        // there is nothing to do: a delay, an automatic reply, a receipt
    unproved = 1,    // nothing shows that it is about a mail of ours
    repeated = 2,    // the same was said of this delivery before
    bounced = 3,     // the delivery is bounced; it says nothing about the address
    counted = 4,     // the same, and it counts: enough of them in a row suppress the address
    suppressed = 5,  // the same, and the address is suppressed
    about_us = 6,  // the delivery is bounced; the words are about the sender or the way, and about no reader
    unsubscribed = 7,  // the reader asked to leave, and has left
    complained = 8,    // the reader has left, and the address is suppressed for the newsletter
    unreadable = 9,    // no mail, or more than is read
};
[[nodiscard]] std::string_view to_string(ReportEffect effect);

}  // namespace paperround::queue
