// A name with several addresses of this machine, without a name server: the test program's own getaddrinfo
// answers for it, and passes all other names on to the system's. One name at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace paperround::test {

class SeveralAddresses {
  public:
    static constexpr const char* name = "relay.several-addresses.test";

    // Addresses in the order of trying. After so many answers the name is unknown.
    explicit SeveralAddresses(std::vector<std::string> addresses,
                              int answers = std::numeric_limits<int>::max());
    ~SeveralAddresses();
    SeveralAddresses(const SeveralAddresses&) = delete;
    SeveralAddresses& operator=(const SeveralAddresses&) = delete;
};

// A port where connections succeed and nothing is ever sent: a listener that nobody serves.
class MuteServer {
  public:
    MuteServer(const std::string& address, std::uint16_t port);

  private:
    Descriptor listener_;
};

// A port where connections neither succeed nor are refused, as behind a firewall that drops everything: a
// listener whose queue is full, so that the system drops each SYN.
class MuteAddress {
  public:
    MuteAddress(const std::string& address, std::uint16_t port);

  private:
    Descriptor listener_;
    std::vector<Descriptor> waiting_;
};

}  // namespace paperround::test
