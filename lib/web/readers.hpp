// What the public pages ask of the rest of the program. Called from several threads at once: an
// implementation looks after its own locking. Any exception means that the answer is not known or the change
// not made; the reader is told to come back later, and the link stays good.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::web {

// The subscription that a link in a mail is about.
struct Membership {
    std::string newsletter_title;
    std::string language;  // as RFC 5646 has it (en, de-AT); several, separated by commas, the dearest first
    std::string address;
    bool active = true;
    bool operator==(const Membership&) const = default;
};

enum class LeaveResult { left, already_left, unknown_link };

class Readers {
  public:
    virtual ~Readers() = default;
    // Nothing where the token is not ours or what it names is gone. Changes nothing.
    [[nodiscard]] virtual std::optional<Membership> describe(std::string_view token) = 0;
    // Once this returns `left`, no mail to that reader may begin (promise 3 of the design).
    [[nodiscard]] virtual LeaveResult leave(std::string_view token) = 0;
};

}  // namespace paperround::web
