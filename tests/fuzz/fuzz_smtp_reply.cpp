// Server octets through the reply parser, in pieces whose sizes the input chooses, and every reply through
// the policy.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "smtp/reply.hpp"
#include "smtp/reply_policy.hpp"

using namespace paperround;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void judge_everywhere(const smtp::Reply& reply) {
    require(reply.code >= 100 && reply.code <= 599);
    require(reply.text.size() <= smtp::ReplyParser::text_limit);
    require(is_utf8(reply.text) && !has_control_characters(reply.text));
    for (int stage = 0; stage <= static_cast<int>(queue::Stage::final_dot); ++stage) {
        const auto outcome = smtp::judge(static_cast<queue::Stage>(stage), reply);
        const bool accepted = outcome.kind == queue::OutcomeKind::accepted;
        require(!accepted || (outcome.stage == queue::Stage::final_dot && reply.severity() == 2));
        require(!outcome.retry_after || *outcome.retry_after <= std::chrono::hours(24));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view octets(reinterpret_cast<const char*>(data), size);
    smtp::ReplyParser parser;
    while (!octets.empty()) {
        const std::size_t piece = 1 + static_cast<unsigned char>(octets.front()) % 64;
        parser.feed(octets.substr(0, piece));
        octets.remove_prefix(std::min(piece, octets.size()));
        for (;;) {
            const auto reply = parser.next();
            if (!reply) {
                require(!parser.next().has_value());
                return 0;
            }
            if (!*reply) break;
            judge_everywhere(**reply);
        }
    }
    return 0;
}
