// The DSN parameters (RFC 3461) of a message: RET=HDRS, ENVID and ORCPT. With them the relay's reports are
// short and can be matched with the delivery. Pure.
#pragma once

#include <string>
#include <string_view>

#include "smtp/envelope.hpp"

namespace paperround::smtp {

// Printable ASCII is kept, except '+' and '='; any other octet becomes "+" and two hexadecimal digits (RFC
// 3461 §4).
[[nodiscard]] std::string xtext(std::string_view text);

// To be appended to MAIL FROM:<…> and RCPT TO:<…>, with a leading space. Empty for the null return path,
// which gets no reports. A value that is longer than RFC 3461 allows is left out. An address that is not
// ASCII is written as in RFC 6533 §3; it is sent only to a server that offers SMTPUTF8.
[[nodiscard]] std::string dsn_of_mail(const Envelope& envelope);
[[nodiscard]] std::string dsn_of_rcpt(const Envelope& envelope);

}  // namespace paperround::smtp
