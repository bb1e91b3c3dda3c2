// The envelope of one transaction (RFC 5321 §2.3.1): a return path and one recipient, both without angle
// brackets.
#pragma once

#include <cstddef>
#include <string>

namespace paperround::smtp {

struct Envelope {
    std::string mail_from;  // empty: the null return path, <>
    std::string rcpt_to;
    bool operator==(const Envelope&) const = default;
};

// The transaction behind the present one, known before the present one's final dot is written.
struct Upcoming {
    Envelope envelope;
    std::size_t message_size = 0;  // octets, for SIZE
};

}  // namespace paperround::smtp
