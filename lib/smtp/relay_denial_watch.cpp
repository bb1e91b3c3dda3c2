#include "smtp/relay_denial_watch.hpp"

#include <string>

#include "base/text.hpp"

namespace paperround::smtp {

namespace {

using queue::OutcomeKind;
using queue::Stage;

enum class Denial { no, perhaps, clear };

Denial denial(const queue::Outcome& outcome) {
    const bool refused =
        outcome.kind == OutcomeKind::rejected_policy || outcome.kind == OutcomeKind::perhaps_recipient;
    if (outcome.stage != Stage::rcpt || !refused) return Denial::no;
    if (outcome.enhanced == "5.7.1") return Denial::clear;
    if (!outcome.enhanced.empty() || (outcome.code != 550 && outcome.code != 554)) return Denial::no;
    const bool says_relay = ascii_lower(outcome.text).find("relay") != std::string::npos;
    return says_relay || outcome.code == 554 ? Denial::clear : Denial::perhaps;
}

// What happened before RCPT, or for no reason of the server's, says nothing about relaying.
bool tells_nothing(const queue::Outcome& outcome) {
    return outcome.stage < Stage::rcpt || outcome.code == 0 || outcome.kind == OutcomeKind::relay_trouble ||
           outcome.kind == OutcomeKind::protocol;
}

}  // namespace

queue::Outcome RelayDenialWatch::observe(queue::Outcome outcome) {
    if (settled_ || tells_nothing(outcome)) return outcome;
    const Denial found = denial(outcome);
    if (found == Denial::no) {
        settled_ = true;
        return outcome;
    }
    ++in_a_row_;
    if (in_a_row_ >= limit) {
        outcome.kind = OutcomeKind::relay_trouble;
    } else if (found == Denial::clear) {
        outcome.kind = OutcomeKind::perhaps_relay;
    }
    return outcome;
}

}  // namespace paperround::smtp
