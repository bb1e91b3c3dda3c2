// The socket of a listener.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "web/listener.hpp"

namespace paperround::web {

struct ListeningSocket {
    int descriptor;  // the caller's to close
    std::uint16_t port;
};

// On the first address of `host` that works; any free port for 0.
[[nodiscard]] Result<ListeningSocket, ListenError> listen_on(const std::string& host, std::uint16_t port);

}  // namespace paperround::web
