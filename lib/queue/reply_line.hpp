// An outcome's reply as people read it, and as the server wrote it: code, enhanced code (RFC 3463), words.
#pragma once

#include <string>

#include "queue/outcome.hpp"

namespace paperround::queue {

// "550 5.7.26 Unauthenticated mail is refused"; the words alone where there was no reply.
[[nodiscard]] std::string reply_line(const Outcome& outcome);

}  // namespace paperround::queue
