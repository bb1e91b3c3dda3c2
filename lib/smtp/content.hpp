// What may be sent, checked before the first octet is written: a stray CR or LF in an address or a message
// can turn one mail into two (SMTP smuggling). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround::smtp {

// The line that ends the data (RFC 5321 §4.1.1.4).
inline constexpr std::string_view final_dot = ".\r\n";

// Why an address or message cannot be sent, in words.
struct Unsendable {
    std::string reason;
};

// The message's header is not ASCII, so it needs a server with SMTPUTF8 (RFC 6532).
[[nodiscard]] bool has_utf8_header(std::string_view message);

// The message with dot stuffing (RFC 5321 §4.5.2) and the final dot. It must consist of lines of at most 998
// octets that end in CR LF (added to the last line if missing), with UTF-8 in the header and 7-bit text in
// the body, without NUL and without a lone CR or LF.
[[nodiscard]] Result<std::string, Unsendable> wire_content(std::string_view message);

// Valid UTF-8 without control characters, spaces and angle brackets, at most 320 octets. The null return path
// is not an address.
[[nodiscard]] Result<void, Unsendable> check_address(std::string_view address);

}  // namespace paperround::smtp
