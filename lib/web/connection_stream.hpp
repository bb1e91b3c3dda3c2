// One client connection, as cpp-httplib reads and writes it, with limits that the library does not have: on
// all octets of a request (header fields without end, chunked bodies without end) and on its time as a whole
// (a client that sends an octet every second). Past a limit, reading fails and the library gives the request
// up.
#pragma once

#include <httplib.h>

#include <array>
#include <chrono>

#include "base/clock.hpp"
#include "base/interrupt.hpp"

namespace paperround::web {

class ConnectionStream final : public httplib::Stream {
  public:
    // Does not own the socket. Once `stop` is triggered, what the client has sent is read, and nothing is
    // waited for.
    ConnectionStream(int socket, Duration deadline, std::size_t octet_limit, const Interrupt& stop);

    [[nodiscard]] bool is_readable() const override;
    [[nodiscard]] bool is_writable() const override;
    ssize_t read(char* out, std::size_t size) override;
    ssize_t write(const char* data, std::size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    [[nodiscard]] socket_t socket() const override { return socket_; }

    // So many octets more than at first: for a request whose beginning shows that its body may be large.
    void allow(std::size_t octets) { octets_left_ += octets; }

    // Ends the sending side and takes in, for a moment, what the client still sends: closing over unread
    // input would reset the connection, and the client might never see the answer.
    void linger();

  private:
    using Instant = std::chrono::steady_clock::time_point;
    [[nodiscard]] bool wait(short events, Instant until) const;
    // The library refuses a request line with more than one question mark, though a query may hold them (RFC
    // 3986 §3.4), and links get them where two relays append theirs: the further ones part parameters.
    void mend_target();

    int socket_;
    const Interrupt& stop_;
    Instant end_;
    std::size_t octets_left_;
    std::array<char, 4096> buffer_{};
    bool query_begun_ = false;
    bool target_read_ = false;
    std::size_t begin_ = 0;
    std::size_t filled_ = 0;
};

}  // namespace paperround::web
