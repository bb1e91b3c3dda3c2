// What a relay that offers DSN (RFC 3461) is told about a message, so that its reports of it are short and
// can be matched with the delivery: RET=HDRS, ENVID and ORCPT. Pure.
#pragma once

#include <string>
#include <string_view>

#include "smtp/envelope.hpp"

namespace paperround::smtp {

// Printable ASCII stays, but for '+' and '='; any other octet is "+" and two hexadecimal digits (RFC 3461
// §4).
[[nodiscard]] std::string xtext(std::string_view text);

// To be put behind MAIL FROM:<…> and RCPT TO:<…>, each with the space before it. Empty for the null return
// path, to which nothing is ever reported. What is longer than RFC 3461 allows is left out. An address that
// is not ASCII is written as RFC 6533 §3 has it; it goes only to a server that offers SMTPUTF8.
[[nodiscard]] std::string dsn_of_mail(const Envelope& envelope);
[[nodiscard]] std::string dsn_of_rcpt(const Envelope& envelope);

}  // namespace paperround::smtp
