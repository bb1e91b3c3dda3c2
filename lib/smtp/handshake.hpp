// What can be seen of the opening of a session while libcurl conducts it: the stage reached, the server's
// last words, the lines of its last reply to EHLO. Pure; one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "queue/outcome.hpp"
#include "smtp/reply.hpp"

namespace paperround::smtp {

class Handshake {
  public:
    // Octets of one reply. libcurl ends an opening of more than 300 KiB in all and does not say why.
    static constexpr std::size_t reply_limit = 65'536;

    void tls_octets();
    void command(std::string_view octets);
    void reply_line(std::string_view line);

    // The greeting's first line where it is no reply at all (another protocol's port); libcurl would wait for
    // one behind it. One printable line of at most 100 octets; empty otherwise.
    [[nodiscard]] const std::string& nonsense() const { return nonsense_; }
    // A reply that goes on and on: libcurl would read it until the time is over.
    [[nodiscard]] bool endless() const { return endless_; }
    [[nodiscard]] queue::Stage stage() const { return stage_; }
    [[nodiscard]] bool greeted() const { return greeted_; }
    // EHLO is said again after STARTTLS, and only that reply counts (RFC 3207 §4.2).
    [[nodiscard]] const std::string& ehlo_lines() const { return ehlo_lines_; }
    // The reply to the last command, as far as it came.
    [[nodiscard]] std::optional<Reply> last_reply() const;

  private:
    queue::Stage stage_ = queue::Stage::connect;
    bool greeted_ = false;
    bool endless_ = false;
    std::string nonsense_;
    std::string reply_lines_;
    std::string ehlo_lines_;
};

}  // namespace paperround::smtp
