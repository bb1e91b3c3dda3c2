// A DNS reply to a question for MX records (RFC 1035 §4, §3.3.9; RFC 5321 §5.1; RFC 7505): which server is
// asked first for a domain's mail. Replies come from strangers: libc and c-ares parse them, and a name that
// is no host's is passed over.
#pragma once

#include <chrono>
#include <span>
#include <string>

namespace paperround::net {

struct MxAnswer {
    enum class Kind {
        found,
        none,    // no such domain, no MX, a null MX, or none that names a host
        failed,  // the reply cannot be used
        silent,  // no reply in time, or nothing but errors from every name server that was asked
    };
    Kind kind = Kind::failed;
    std::string host;            // the best: lower case, A-labels, no dot at its end
    std::chrono::seconds ttl{};  // as long as the reply says
    bool operator==(const MxAnswer&) const = default;
};

// Of several that are equally good the first in the order of the alphabet, so that the answer does not depend
// on how the server turns them.
[[nodiscard]] MxAnswer read_mx_reply(std::span<const unsigned char> reply);

}  // namespace paperround::net
