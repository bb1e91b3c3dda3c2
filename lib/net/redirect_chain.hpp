// The redirects that led from one address to another, and the rules for the next: an answer from the internet
// leads to nothing that is not on it; https never leads to http; and a move is believed for good only where
// each step of it was said over https, since over http anybody on the way can say it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "net/http_client.hpp"

namespace paperround::net {

class RedirectChain {
  public:
    explicit RedirectChain(Reach reach) : reach_(reach) {}

    // The answer at `from` redirects to `to` (absolute) with this status; `local`: it came from an address
    // that is not public. Fails where `to` may not be asked.
    [[nodiscard]] Result<void, HttpError> follow(int status, std::string_view from, std::string_view to,
                                                 bool local);
    // Of what is asked next.
    [[nodiscard]] Reach reach() const { return reach_; }
    // Where it has ended is where the document lives from now on.
    [[nodiscard]] bool is_move() const { return length_ > 0 && permanent_; }

  private:
    Reach reach_;
    bool permanent_ = true;
    int length_ = 0;
};

}  // namespace paperround::net
