// What happened to a subscription at a hub, for the daemon's log. A plain value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "websub/websub_store.hpp"

namespace paperround::websub {

struct WebSubEvent {
    enum class Kind {
        asked,         // the hub took the request; its verification is awaited
        call_failed,   // it did not; `detail` says why, `until` when it is asked again
        active,        // verified (or renewed) until `until`
        denied,        // by the hub, with its reason in `detail`
        lapsed,        // the lease ended without a renewal
        unsubscribed,  // the hub has confirmed the end, or knows of nothing to end
        given_up,      // the hub could not be told that it is over; the lease ends by itself
        passed_over,   // a push that was not taken, with the reason in `detail`
    };
    Kind kind = Kind::asked;
    std::string newsletter;
    std::string location;
    std::string hub;
    std::string detail;         // one line
    std::optional<Time> until;  // where the kind has one
};

[[nodiscard]] WebSubEvent event_of(WebSubEvent::Kind kind, const Subscription& subscription,
                                   std::string detail = {}, std::optional<Time> until = {});

// "passed_over".
[[nodiscard]] std::string_view to_string(WebSubEvent::Kind kind);

}  // namespace paperround::websub
