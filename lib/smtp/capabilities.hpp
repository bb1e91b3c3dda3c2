// What a server offers in its reply to EHLO (RFC 5321 §4.1.1.1). A plain value; the parser is pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::smtp {

struct Capabilities {
    bool pipelining = false;              // RFC 2920
    bool size = false;                    // RFC 1870
    std::uint64_t size_limit = 0;         // octets; 0: not stated
    bool eight_bit_mime = false;          // RFC 6152
    bool smtputf8 = false;                // RFC 6531
    bool starttls = false;                // RFC 3207
    bool auth = false;                    // RFC 4954
    std::vector<std::string> mechanisms;  // of AUTH, in capitals, without duplicates; at most 32
    bool dsn = false;                     // RFC 3461
    bool enhanced_status_codes = false;   // RFC 2034
    bool operator==(const Capabilities&) const = default;
};

// `lines` as received ("250-PIPELINING\r\n"), the greeting line first. Unknown keywords are ignored.
[[nodiscard]] Capabilities parse_capabilities(std::string_view lines);

}  // namespace paperround::smtp
