#include "net/mx_reply.hpp"

#include <ares.h>
#include <arpa/nameser.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <tuple>

namespace paperround::net {

namespace {

constexpr std::size_t longest_host = 253;

struct FreeReply {
    void operator()(ares_mx_reply* list) const { ares_free_data(list); }
};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

// A canonical host name: at least two labels of letters, digits, '-' and '_', of which the last begins with a
// letter, so neither an address nor `localhost`. Empty if `text` is no such name.
std::string host_name(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty() || text.size() > longest_host) return {};
    std::string host(text);
    std::ranges::transform(host, host.begin(), lower);
    const bool sound = std::ranges::all_of(host, [](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
    const auto last_dot = host.rfind('.');
    if (!sound || last_dot == std::string::npos || host.starts_with('.')) return {};
    if (host.find("..") != std::string::npos || !is_letter(host[last_dot + 1])) return {};
    return host;
}

// The lowest TTL of all records of the reply, since an alias that leads to the MX may have a shorter one.
// c-ares 1.18 does not give the TTL of MX records.
std::chrono::seconds ttl_of(std::span<const unsigned char> reply) {
    ns_msg message;
    if (ns_initparse(reply.data(), static_cast<int>(reply.size()), &message) != 0) return {};
    std::uint32_t least = std::numeric_limits<std::int32_t>::max();
    for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
        ns_rr record;
        if (ns_parserr(&message, ns_s_an, i, &record) != 0) return {};
        least = std::min<std::uint32_t>(least, ns_rr_ttl(record));
    }
    return std::chrono::seconds(least);
}

}  // namespace

MxAnswer read_mx_reply(std::span<const unsigned char> reply) {
    constexpr std::size_t most = 65'535;  // octets of the longest DNS message
    ares_mx_reply* list = nullptr;
    if (reply.size() > most) return {};
    const int status = ares_parse_mx_reply(reply.data(), static_cast<int>(reply.size()), &list);
    const std::unique_ptr<ares_mx_reply, FreeReply> owner(list);
    if (status == ARES_ENODATA) return {.kind = MxAnswer::Kind::none};
    if (status != ARES_SUCCESS) return {};
    MxAnswer answer{.kind = MxAnswer::Kind::none, .host = {}, .ttl = ttl_of(reply)};
    unsigned best = 0;
    for (const ares_mx_reply* each = list; each != nullptr; each = each->next) {
        std::string host = host_name(each->host);
        if (host.empty()) continue;
        if (answer.kind == MxAnswer::Kind::found &&
            std::tie(best, answer.host) <= std::make_tuple(unsigned{each->priority}, host))
            continue;
        answer.kind = MxAnswer::Kind::found;
        answer.host = std::move(host);
        best = each->priority;
    }
    return answer;
}

}  // namespace paperround::net
