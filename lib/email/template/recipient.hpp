// What differs from one copy of a mailing to the next. A plain value.
#pragma once

#include <optional>
#include <string>

#include "audience/subscriber.hpp"
#include "base/clock.hpp"

namespace paperround::email {

struct Recipient {
    audience::Subscriber subscriber;
    std::string
        unsubscribe_url;     // absolute, percent-encoded where it must be; empty: no way to leave is offered
    std::string message_id;  // stable for the delivery; with or without its angle brackets
    Time date{};             // when the delivery was made, not when it is tried: a second try says the same
    std::optional<std::string> unsubscribe_mailto;  // an address that takes unsubscriptions by mail
};

}  // namespace paperround::email
