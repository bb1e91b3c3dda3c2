// Parses a token endpoint's answer (RFC 6749 §5.1 and §5.2). Pure; thread-safe; throws nothing, whatever the
// input.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::pipeline {

struct TokenReply {
    std::string access_token;                   // 1 to 8 192 characters of visible ASCII
    Duration lifetime = std::chrono::hours(1);  // as stated, at most a day
    std::string refresh_token;                  // to be used from now on; empty: the old one stays valid
    bool operator==(const TokenReply&) const = default;
};

// The failure is one line of at most 500 octets: the error and its description in the server's words, or what
// is wrong with the answer. It may repeat parts of the request. Limit: 64 KiB of body.
[[nodiscard]] Result<TokenReply, std::string> parse_token_reply(int status, std::string_view body);

}  // namespace paperround::pipeline
