// Decides which of a relay's addresses one opening of a connection may try, and records the result: libcurl
// asks for a socket for each address in turn, and goes on to the next if it gets none. One thread.
#pragma once

#include <curl/curl.h>

#include <map>
#include <string>

#include "smtp/relay_memory.hpp"

namespace paperround::smtp {

class AddressTrial {
  public:
    // `memory` must outlive it, or is null. If it `spares` addresses, those that did not answer lately are
    // not tried.
    AddressTrial(RelayMemory* memory, bool spares) : memory_(memory), spares_(spares) {}

    // Whether a socket may be made for the address.
    [[nodiscard]] bool may_try(const curl_sockaddr& address);
    // The end of the opening: connected() if the server at `address` spoke, mute() if it said nothing before
    // the time for that was over, failed() if there was no connection.
    void connected(const std::string& address);
    void mute(const std::string& address);
    void failed(CURLcode code);
    [[nodiscard]] bool spared_some() const { return spared_some_; }

  private:
    RelayMemory* const memory_;
    const bool spares_;
    bool spared_some_ = false;
    std::map<int, std::string> tried_;  // last address tried, by family
};

}  // namespace paperround::smtp
