// What a hub asks a callback in the query of a GET (W3C WebSub §5.2, §5.3): whether a subscription is meant,
// or that it is denied. Pure; thread-safe; throws nothing, whatever the input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::websub {

struct HubQuery {
    enum class Mode { subscribe, unsubscribe, denied };
    Mode mode = Mode::subscribe;
    std::string topic;
    std::string challenge;  // to be given back; not empty but for `denied`
    std::string reason;     // of a denial; one line, may be empty
    // Whole seconds; unset where it was not said or is no number.
    std::optional<Duration> lease;
};

// `query` is what follows the question mark. Nothing where hub.mode, hub.topic or a needed hub.challenge is
// missing, empty, double, too long (topic 2 000 octets, challenge 1 000) or not text; or where there is more
// than 8 KiB or 64 parameters. Parameters of other names are passed over.
[[nodiscard]] std::optional<HubQuery> parse_hub_query(std::string_view query);

}  // namespace paperround::websub
