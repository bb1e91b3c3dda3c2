// Opens a listener's socket.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "web/listener.hpp"

namespace paperround::web {

struct ListeningSocket {
    int descriptor;  // the caller must close it
    std::uint16_t port;
};

// Listens on the first address of `host` that works. Port 0: any free port.
[[nodiscard]] Result<ListeningSocket, ListenError> listen_on(const std::string& host, std::uint16_t port);

}  // namespace paperround::web
