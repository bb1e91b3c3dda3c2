// What can be seen of the opening of a session while libcurl conducts it: the stage reached, the server's
// last words, the lines of its last reply to EHLO. Commands are looked at for their verb and never kept,
// since some hold credentials. Pure; one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "queue/outcome.hpp"
#include "smtp/reply.hpp"

namespace paperround::smtp {

class Handshake {
  public:
    // What must not come back to us in a server's reply ("unrecognized command: AUTH PLAIN AGpvZQ…").
    void hide(std::string secret);

    void tls_octets();
    void command(std::string_view octets);
    void reply_line(std::string_view line);

    [[nodiscard]] queue::Stage stage() const { return stage_; }
    [[nodiscard]] bool greeted() const { return greeted_; }
    [[nodiscard]] bool authenticated() const { return auth_begun_; }
    // EHLO is said again after STARTTLS, and only that reply counts (RFC 3207 §4.2).
    [[nodiscard]] const std::string& ehlo_lines() const { return ehlo_lines_; }
    // The reply to the last command, as far as it came; secrets blotted out.
    [[nodiscard]] std::optional<Reply> last_reply() const;

  private:
    queue::Stage stage_ = queue::Stage::connect;
    bool greeted_ = false;
    bool auth_begun_ = false;
    std::string reply_lines_;
    std::string ehlo_lines_;
    std::vector<std::string> secrets_;
};

}  // namespace paperround::smtp
