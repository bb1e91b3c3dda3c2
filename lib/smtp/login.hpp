// Logging in over a connection that stands right behind EHLO (RFC 4954), with the mechanism that is best
// among those that the relay offers and we can do: PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195) with a
// password; XOAUTH2, OAUTHBEARER (RFC 7628) with an access token.
//
// A password's order is PLAIN, LOGIN, CRAM-MD5: it travels encrypted, or stays on this machine, so what
// counts is what works with most servers; CRAM-MD5 fails wherever the server keeps only hashes. A mechanism
// that the server refuses for good is followed by the next. A temporary refusal (4yz) ends the attempt, and
// so does a refused token, which has to be renewed first.
//
// No secret reaches an error: what the server echoes of our lines is blotted out. One thread; blocks in the
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

// Gives access tokens (RFC 6749). Shared by all sessions of a relay: thread-safe.
class TokenSource {
  public:
    virtual ~TokenSource() = default;
    // One that is believed to be good; blocks while one is fetched. The failure is one line that says why
    // there is none.
    [[nodiscard]] virtual Result<std::string, std::string> token() = 0;
    // The relay did not take this one: the next token() is another.
    virtual void refused(std::string_view token) = 0;
};

// With what a session logs in.
struct Credentials {
    std::string password;
    TokenSource* tokens = nullptr;  // instead of a password; not owned
};

struct Login {
    std::string username;
    std::string secret;     // the password, or the access token
    bool is_token = false;  // which of them
    std::string pinned;     // this mechanism and no other (in capitals); empty: the best
    std::string host;       // for OAUTHBEARER: where we believe to be
    std::uint16_t port = 0;
};

struct LoginFailure {
    queue::Outcome outcome;  // relay_trouble, or withdrawn where the interrupt came; stage auth
    bool token_refused = false;
};

// Mechanisms that we can do, the best first.
[[nodiscard]] std::vector<std::string_view> known_mechanisms(bool with_token);

// Nothing where it went well. Afterwards the connection stands where it stood before.
[[nodiscard]] std::optional<LoginFailure> log_in(Transport& transport, const Capabilities& offered,
                                                 const Login& login, Duration patience);

}  // namespace paperround::smtp
