// Which of a post's pictures somebody has to look at, so that a mail can say how wide they are. Pure.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "feed/post.hpp"

namespace paperround::email {

// The addresses of those that the mail will show and whose width the post does not say, each once, in order,
// at most `limit`. Nothing where the post cannot be shown.
[[nodiscard]] std::vector<std::string> unmeasured_pictures(const feed::Post& post, std::size_t limit,
                                                           const std::stop_token& stop = {});

}  // namespace paperround::email
