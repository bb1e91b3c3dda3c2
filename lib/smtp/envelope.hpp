// The envelope of one transaction (RFC 5321 §2.3.1): a return path and one recipient, both without angle
// brackets.
#pragma once

#include <string>

namespace paperround::smtp {

struct Envelope {
    std::string mail_from;  // empty: the null return path, <>
    std::string rcpt_to;
};

}  // namespace paperround::smtp
