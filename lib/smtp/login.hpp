// Logs in over a connection right after EHLO (RFC 4954), with the best mechanism that the relay offers and we
// support: PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195) with a password; XOAUTH2, OAUTHBEARER (RFC 7628) with
// an access token.
//
// The order for a password is PLAIN, LOGIN, CRAM-MD5: it travels encrypted or stays on this machine, so the
// mechanism that works with most servers comes first; CRAM-MD5 fails wherever the server keeps only hashes.
// After a permanent refusal the next mechanism is tried. A temporary refusal (4yz) ends the attempt, and so
// does a refused token, which has to be renewed first.
//
// No secret reaches an error: what the server echoes of our lines is replaced. One thread; blocks in the
// transport, for at most `patience` for each reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "queue/outcome.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/transport.hpp"

namespace paperround::smtp {

// Provides access tokens (RFC 6749). Shared by all sessions of a relay: thread-safe.
class TokenSource {
  public:
    virtual ~TokenSource() = default;
    // A token that is believed to be valid; blocks while one is fetched. The failure is one line that says
    // why there is none.
    [[nodiscard]] virtual Result<std::string, std::string> token() = 0;
    // The relay refused this token: the next token() returns another.
    virtual void refused(std::string_view token) = 0;
};

// What a session logs in with.
struct Credentials {
    std::string password;
    TokenSource* tokens = nullptr;  // instead of a password; not owned
};

struct Login {
    std::string username;
    std::string secret;     // the password, or the access token
    bool is_token = false;  // `secret` is an access token
    std::string pinned;     // only this mechanism (in capitals); empty: the best
    std::string host;       // for OAUTHBEARER: the host that we connected to
    std::uint16_t port = 0;
};

struct LoginFailure {
    queue::Outcome outcome;  // relay_trouble, or withdrawn after an interrupt; stage auth
    bool token_refused = false;
};

// The mechanisms that we support, the best first.
[[nodiscard]] std::vector<std::string_view> known_mechanisms(bool with_token);

// Returns nothing on success. The connection is then in the same state as before.
[[nodiscard]] std::optional<LoginFailure> log_in(Transport& transport, const Capabilities& offered,
                                                 const Login& login, Duration patience);

}  // namespace paperround::smtp
