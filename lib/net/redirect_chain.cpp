#include "net/redirect_chain.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace paperround::net {

namespace {
constexpr int longest_chain = 10;
}  // namespace

Result<void, HttpError> RedirectChain::follow(int status, std::string_view from, std::string_view to,
                                              bool local) {
    if (++length_ > longest_chain) {
        return failure(HttpError{HttpError::Code::redirect_loop,
                                 fmt::format("{}: more than {} redirects led there", from, longest_chain)});
    }
    const bool secure = ascii_istarts_with(from, "https:");
    if (secure && !ascii_istarts_with(to, "https:")) {
        return failure(
            HttpError{HttpError::Code::redirect_refused,
                      fmt::format("{}: redirects from https to http, which is not followed", from)});
    }
    permanent_ = permanent_ && secure && (status == 301 || status == 308);
    if (!local) reach_ = Reach::public_only;
    return {};
}

}  // namespace paperround::net
