// What the callback addresses of WebSub ask of the rest of the program. Called from several threads at once:
// an implementation looks after its own locking. Any exception means that nothing was changed; the hub is
// told to come back later.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::web {

struct HubPush {
    std::string_view body;
    std::string_view content_type;
    std::string_view signature;  // X-Hub-Signature; empty where there is none
};

class HubCallbacks {
  public:
    virtual ~HubCallbacks() = default;
    // Whether this program made the id; cheap, and asked before anything of a body is read.
    [[nodiscard]] virtual bool knows(std::string_view id) = 0;
    // The challenge to give back to a hub that asked with this query; nothing where it is to be refused.
    [[nodiscard]] virtual std::optional<std::string> confirm(std::string_view id, std::string_view query) = 0;
    // Once this returns, what was new is stored, or the push was passed over. False: there is no such
    // subscription any more.
    [[nodiscard]] virtual bool receive(std::string_view id, const HubPush& push) = 0;
};

}  // namespace paperround::web
