// What the WebSub callback pages ask of the rest of the program. Called from several threads at once: an
// implementation does its own locking. An exception means that nothing was changed; the hub is told to come
// back later.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::web {

struct HubPush {
    std::string_view body;
    std::string_view content_type;
    std::string_view signature;  // X-Hub-Signature; empty if absent
};

class HubCallbacks {
  public:
    virtual ~HubCallbacks() = default;
    // Whether this program made the id. Cheap; called before any of the body is read.
    [[nodiscard]] virtual bool knows(std::string_view id) = 0;
    // The challenge to return to the hub that sent this query; nothing if the hub is to be refused.
    [[nodiscard]] virtual std::optional<std::string> confirm(std::string_view id, std::string_view query) = 0;
    // When this returns true, new posts are stored, or the push was ignored. False: the subscription no
    // longer exists.
    [[nodiscard]] virtual bool receive(std::string_view id, const HubPush& push) = 0;
};

}  // namespace paperround::web
