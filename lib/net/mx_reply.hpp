// Reads a DNS reply to a question for MX records (RFC 1035 §4, §3.3.9; RFC 5321 §5.1; RFC 7505): which server
// is asked first for a domain's mail. Replies come from strangers: libc and c-ares parse them, and a name
// that is no host name is ignored.
#pragma once

#include <chrono>
#include <span>
#include <string>

namespace paperround::net {

struct MxAnswer {
    enum class Kind {
        found,
        none,    // no such domain, no MX, a null MX, or no MX that names a host
        failed,  // the reply is not usable
        silent,  // no reply in time, or only errors from every name server
    };
    Kind kind = Kind::failed;
    std::string host;            // the best MX: lower case, A-labels, no dot at its end
    std::chrono::seconds ttl{};  // the reply's TTL
    bool operator==(const MxAnswer&) const = default;
};

// Of several hosts of equal preference the alphabetically first is taken, so that the result does not depend
// on the order in which the server lists them.
[[nodiscard]] MxAnswer read_mx_reply(std::span<const unsigned char> reply);

}  // namespace paperround::net
