// Looks up the mail servers of domains. An interface, so that the handling of the answers can be tested
// without a network.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "net/mx_reply.hpp"

namespace paperround::net {

class MxResolver {
  public:
    // Returns true to stop: the other domains need not be looked up.
    using Answered = std::function<bool(std::string_view domain, const MxAnswer& answer)>;

    virtual ~MxResolver() = default;
    // Looks up all `domains` (lower case, A-labels), several at once, and calls `answered` on this thread as
    // each answer comes. Returns when all are answered, when `answered` returns true, or within a tenth of a
    // second of a stop request.
    virtual void look_up(std::span<const std::string> domains, const Answered& answered,
                         const std::stop_token& stop) = 0;
};

}  // namespace paperround::net
