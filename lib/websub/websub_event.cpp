#include "websub/websub_event.hpp"

#include <array>

namespace paperround::websub {

namespace {
constexpr std::array<std::string_view, 8> kind_names{"asked",  "call_failed",  "active",   "denied",
                                                     "lapsed", "unsubscribed", "given_up", "passed_over"};
}  // namespace

std::string_view to_string(WebSubEvent::Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

}  // namespace paperround::websub
