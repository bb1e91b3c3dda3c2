// An email address with a display name, and the address syntax of RFC 5321 §4.1.2 (with RFC 6531 for 8-bit
// parts). Addresses are kept in a canonical form: the domain in lower case as A-labels (libidn2), the local
// part as given.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround {

struct Mailbox {
    std::string name;     // UTF-8, may be empty
    std::string address;  // canonical
    bool operator==(const Mailbox&) const = default;
};

// The reason, worded to follow the address ("no @", "domain is not a valid host name: …").
struct AddressError {
    std::string reason;
};

// Validates and canonicalises one addr-spec. White space and invisible characters (base/text/unseen.hpp) are
// trimmed at the ends and refused within. Limits: local part 64 octets, domain 255, whole 254. Address
// literals ([192.0.2.1]) and quoted local parts are refused: no subscriber has one, and forged input often
// does.
[[nodiscard]] Result<std::string, AddressError> canonical_address(std::string_view text);

// `Field Notes <notes@example.org>`, `"Notes, Field" <…>` or a bare address. No comments, groups or lists.
[[nodiscard]] Result<Mailbox, AddressError> parse_mailbox(std::string_view text);

// Two spellings with the same key are one subscriber: the canonical address in lower case.
[[nodiscard]] std::string address_key(std::string_view canonical);
[[nodiscard]] std::string_view domain_of(std::string_view address);
[[nodiscard]] std::string_view local_part_of(std::string_view address);

}  // namespace paperround
