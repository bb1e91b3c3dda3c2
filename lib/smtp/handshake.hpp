// Observes the opening of a session while libcurl conducts it: the stage reached, the server's last reply,
// the lines of its last reply to EHLO. Pure; one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "queue/outcome.hpp"
#include "smtp/reply.hpp"

namespace paperround::smtp {

class Handshake {
  public:
    // Octets of one reply. libcurl ends an opening with more than 300 KiB in all and does not say why.
    static constexpr std::size_t reply_limit = 65'536;

    void tls_octets();
    void command(std::string_view octets);
    void reply_line(std::string_view line);

    // The greeting's first line if it is no SMTP reply (another protocol's port); libcurl would wait for
    // another line. One printable line of at most 100 octets; otherwise empty.
    [[nodiscard]] const std::string& nonsense() const { return nonsense_; }
    // The reply exceeds `reply_limit`: libcurl would go on reading it until its time-out.
    [[nodiscard]] bool endless() const { return endless_; }
    [[nodiscard]] queue::Stage stage() const { return stage_; }
    [[nodiscard]] bool greeted() const { return greeted_; }
    // EHLO is repeated after STARTTLS, and only the second reply counts (RFC 3207 §4.2).
    [[nodiscard]] const std::string& ehlo_lines() const { return ehlo_lines_; }
    // The reply to the last command, as far as it was received.
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
