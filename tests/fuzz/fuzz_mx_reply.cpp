// A name server's octets as a reply with MX records: the result is a host name, or none.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "net/mx_reply.hpp"
#include "queue/limit/providers.hpp"

using namespace paperround;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool may_stand_in_a_host(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static queue::Providers providers;
    const net::MxAnswer answer = net::read_mx_reply({data, size});
    require(answer.ttl.count() >= 0);
    require(answer.host.empty() == (answer.kind != net::MxAnswer::Kind::found));
    require(answer.host.size() <= 253 &&
            std::all_of(answer.host.begin(), answer.host.end(), may_stand_in_a_host));
    providers.learn("example.org", answer.host, Time{});
    require(!providers.provider_of("example.org").empty());
    return 0;
}
