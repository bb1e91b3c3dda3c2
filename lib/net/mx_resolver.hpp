// Asks for the mail servers of domains. An interface, so that what is done with the answers can be tested
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
    // True where the rest need not be asked for.
    using Answered = std::function<bool(std::string_view domain, const MxAnswer& answer)>;

    virtual ~MxResolver() = default;
    // Asks for all of `domains` (lower case, A-labels), some at once, and calls `answered` on this thread for
    // each as its answer comes. Returns when all have one, at `stop` within a tenth of a second, or when
    // `answered` says so.
    virtual void look_up(std::span<const std::string> domains, const Answered& answered,
                         const std::stop_token& stop) = 0;
};

}  // namespace paperround::net
