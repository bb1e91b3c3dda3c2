// What may go over the wire, checked before the first octet is written: a stray CR or LF in an address or a
// message is how one mail turns into two (SMTP smuggling). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround::smtp {

// Why an address or message is not sent, in words.
struct Unsendable {
    std::string reason;
};

// The message's header is not ASCII: it needs a server with SMTPUTF8 (RFC 6532).
[[nodiscard]] bool has_utf8_header(std::string_view message);

// The message with its dots stuffed (RFC 5321 §4.5.2) and the final dot appended. It must consist of lines of
// at most 998 octets, each ending in CR LF (one is added to the last where it lacks it), of UTF-8 in the
// header and 7-bit text in the body; no NUL, no CR or LF alone.
[[nodiscard]] Result<std::string, Unsendable> wire_content(std::string_view message);

// No controls, spaces or angle brackets, valid UTF-8, at most 320 octets. The null return path is not an
// address.
[[nodiscard]] Result<void, Unsendable> check_address(std::string_view address);

}  // namespace paperround::smtp
