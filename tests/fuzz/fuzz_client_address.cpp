// The first line is X-Forwarded-For, the rest Forwarded.
#include <cstdint>
#include <string_view>

#include "web/client_address.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace paperround;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = input.find('\n');
    static const std::vector<IpNetwork> proxies{parse_ip_network("10.0.0.0/8").value(),
                                                parse_ip_network("::1").value()};
    web::HttpRequest request{.method = "GET", .path = "/", .query = {}, .fields = {}, .peer = "10.0.0.1"};
    request.fields.emplace_back("X-Forwarded-For", input.substr(0, end));
    (void)web::client_of(request, proxies);
    if (end != std::string_view::npos) {
        request.fields = {{"Forwarded", std::string(input.substr(end + 1))}};
        (void)web::client_of(request, proxies);
    }
    const auto network = parse_ip_network(input.substr(0, end));
    if (network && parse_ip_network(to_text(*network)) != network) __builtin_trap();
    return 0;
}
