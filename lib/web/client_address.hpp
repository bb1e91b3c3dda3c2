// Who a request is from, where proxies may stand before the listener. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/address/ip_network.hpp"
#include "web/http_message.hpp"

namespace paperround::web {

// The nearest address that is not a trusted proxy's: the peer's own, or else from the right of
// X-Forwarded-For, or of Forwarded (RFC 7239) where there is no such field. What stands to the left of it
// anybody may have written. Nothing if that is no address ("unknown", or forged by a proxy's client), if all
// are proxies, or if it is this machine: then a proxy that is not listed is in between. At most the last
// `most_hops` are read.
inline constexpr std::size_t most_hops = 20;
[[nodiscard]] std::optional<IpAddress> client_of(const HttpRequest& request,
                                                 const std::vector<IpNetwork>& trusted_proxies);

}  // namespace paperround::web
