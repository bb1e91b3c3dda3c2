// Looks up MX records with c-ares: up to 50 at a time, each given up after two tries of 2 and 4 seconds. The
// system's configuration is read at each call, so that changes to it take effect.
#pragma once

#include "net/mx_resolver.hpp"

namespace paperround::net {

class AresMxResolver final : public MxResolver {
  public:
    // `server`: address:port of the name server; empty: the system's.
    explicit AresMxResolver(std::string server) : server_(std::move(server)) {}
    void look_up(std::span<const std::string> domains, const Answered& answered,
                 const std::stop_token& stop) override;

  private:
    std::string server_;
};

}  // namespace paperround::net
