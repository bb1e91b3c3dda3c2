// Which of a relay's addresses one opening of a connection may try, and what that shows of them: libcurl asks
// for a socket for each address in turn, and goes on to the next where it gets none. One thread.
#pragma once

#include <curl/curl.h>

#include <map>
#include <string>

#include "smtp/relay_memory.hpp"

namespace paperround::smtp {

class AddressTrial {
  public:
    // `memory` outlives it, or is none. Where it `spares` addresses, those that did not answer lately are not
    // tried.
    AddressTrial(RelayMemory* memory, bool spares) : memory_(memory), spares_(spares) {}

    // Whether a socket is to be made for it.
    [[nodiscard]] bool may_try(const curl_sockaddr& address);
    // The opening has ended: with a connection to `address` where the server spoke, or said nothing until the
    // time for that was over; or with no connection.
    void connected(const std::string& address);
    void mute(const std::string& address);
    void failed(CURLcode code);
    [[nodiscard]] bool spared_some() const { return spared_some_; }

  private:
    RelayMemory* const memory_;
    const bool spares_;
    bool spared_some_ = false;
    std::map<int, std::string> tried_;  // the last address of each family
};

}  // namespace paperround::smtp
