#include "websub/websub_event.hpp"

#include <array>
#include <utility>

namespace paperround::websub {

namespace {
constexpr std::array<std::string_view, 8> kind_names{"asked",  "call_failed",  "active",   "denied",
                                                     "lapsed", "unsubscribed", "given_up", "passed_over"};
}  // namespace

WebSubEvent event_of(WebSubEvent::Kind kind, const Subscription& subscription, std::string detail,
                     std::optional<Time> until) {
    return {kind, subscription.newsletter, subscription.location, subscription.at.hub, std::move(detail),
            until};
}

std::string_view to_string(WebSubEvent::Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

}  // namespace paperround::websub
