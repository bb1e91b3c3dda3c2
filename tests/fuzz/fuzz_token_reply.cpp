// A token endpoint's answer: a token in the result is safe for a line of the SMTP dialogue, and a failure is
// one line. The first octet chooses the status.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "pipeline/courier/token_reply.hpp"

using namespace paperround;

namespace {
void require(bool holds) {
    if (!holds) std::abort();
}
bool visible(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto reply = pipeline::parse_token_reply(data[0] == '4' ? 400 : 200, body);
    if (reply) {
        require(!reply->access_token.empty() && visible(reply->access_token) &&
                visible(reply->refresh_token));
        require(reply->lifetime >= Duration(0) && reply->lifetime <= std::chrono::hours(24));
    } else {
        require(!reply.error().empty() && reply.error().size() <= 500 &&
                !has_control_characters(reply.error()));
    }
    return 0;
}
