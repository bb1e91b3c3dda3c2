// The connection as the session sees it: octets out, octets in, each with a deadline. The session owns this
// interface; CurlTransport implements it, tests and fuzzers use scripted ones. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace paperround::smtp {

using Deadline = std::chrono::steady_clock::time_point;

// How a read or a write ended.
enum class Transfer {
    done,         // read: at least one octet; write: all of them
    timed_out,    // the deadline passed
    closed,       // the server closed the connection cleanly
    failed,       // reset, TLS error: see Transferred::reason
    interrupted,  // the Interrupt was triggered
};

struct Transferred {
    Transfer how = Transfer::done;
    std::size_t octets = 0;  // handed to the socket, or read; valid for every `how`
    std::string reason;      // the system's or TLS library's message after a failure
};

class Transport {
  public:
    virtual ~Transport() = default;

    // Hands octets to the socket until all are written or the deadline passes. With TLS, a write that did not
    // end in `done` may have put part of a record into the socket although `octets` does not count it: see
    // encrypted().
    [[nodiscard]] virtual Transferred write(std::string_view octets, Deadline deadline) = 0;
    // Returns as soon as anything has arrived. Data that has arrived is returned even after the deadline or
    // an interrupt.
    [[nodiscard]] virtual Transferred read(std::span<char> into, Deadline deadline) = 0;
    // The connection stands and the server has sent nothing: this must hold between two transactions. Never
    // blocks.
    [[nodiscard]] virtual bool quiet() = 0;

    // "TLSv1.3"; empty if the connection is not encrypted.
    [[nodiscard]] virtual std::string tls() const = 0;
    [[nodiscard]] bool encrypted() const { return !tls().empty(); }
};

}  // namespace paperround::smtp
