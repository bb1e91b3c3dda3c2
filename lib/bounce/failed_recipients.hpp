// Whom a report in free text says that it could not deliver to, and in which words. Pure; linear in the text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bounce/prose.hpp"

namespace paperround::bounce {

struct FailedRecipient {
    std::string address;
    std::vector<std::string> lines;  // that speak of this one
};

// What the header says already.
struct KnownAddresses {
    std::vector<std::string> listed;  // X-Failed-Recipients: they are the ones
    std::vector<std::string> quoted;  // To of the quoted message
    std::vector<std::string> own;     // the report's sender, and whom it came to: never the ones
};

// In the order of the text; at most recipients_limit (bounce/delivery_status.hpp).
[[nodiscard]] std::vector<FailedRecipient> failed_recipients(const Prose& prose, const KnownAddresses& known);

// The paragraphs of lines that hold a code of a server, joined; or empty.
[[nodiscard]] std::string replies_in(std::span<const std::string> lines);
// All of them, joined.
[[nodiscard]] std::string joined(std::span<const std::string> lines);

}  // namespace paperround::bounce
