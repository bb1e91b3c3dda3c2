// The envelope of one transaction (RFC 5321 §2.3.1): a return path and one recipient, both without angle
// brackets, and the identifier that reports of it quote (ENVID, RFC 3461 §4.4).
#pragma once

#include <cstddef>
#include <string>

namespace paperround::smtp {

struct Envelope {
    std::string mail_from;  // empty: the null return path, <>
    std::string rcpt_to;
    std::string id;  // printable ASCII, at most 100 octets, no personal data; empty: none
    bool operator==(const Envelope&) const = default;
};

// What the envelope commands of a transaction say. It may be needed before the preceding transaction has
// ended.
struct Upcoming {
    Envelope envelope;
    std::size_t message_size = 0;  // octets, for SIZE
    bool utf8_header = false;      // the message's header is not ASCII (RFC 6532)
    bool operator==(const Upcoming&) const = default;
};

}  // namespace paperround::smtp
