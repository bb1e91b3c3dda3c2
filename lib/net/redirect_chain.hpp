// The redirects that have been followed, and the rules for the next one: a public address never redirects to
// one that is not public, https never redirects to http, and a move counts as permanent only if each step
// came over https, since over http anybody on the way can forge it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "net/http_client.hpp"

namespace paperround::net {

class RedirectChain {
  public:
    explicit RedirectChain(Reach reach) : reach_(reach) {}

    // Adds a redirect from `from` to `to` (absolute). `local`: the response came from an address that is not
    // public. Fails if `to` must not be fetched.
    [[nodiscard]] Result<void, HttpError> follow(int status, std::string_view from, std::string_view to,
                                                 bool local);
    // For the next request.
    [[nodiscard]] Reach reach() const { return reach_; }
    // Whether the document has moved for good to the end of this chain.
    [[nodiscard]] bool is_move() const { return length_ > 0 && permanent_; }

  private:
    Reach reach_;
    bool permanent_ = true;
    int length_ = 0;
};

}  // namespace paperround::net
