#include "feed/post.hpp"

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::feed {

std::string content_fingerprint(const Post& post) {
    // A line end parts the two: after folding, neither holds one.
    return hex(sha256(collapse_spaces(post.title) + "\n" + collapse_spaces(post.html)));
}

}  // namespace paperround::feed
