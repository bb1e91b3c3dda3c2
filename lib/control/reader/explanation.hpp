// Why somebody got a mailing, did not get it, or not yet: a cause out of a closed set, in words, with what is on record
// to show it. Reads only. Failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/desk.hpp"

namespace paperround::control {

enum class Cause {
    // Nothing was made for him.
    not_on_the_list,
    forgotten,        // as he asked, and stays away
    never_confirmed,  // he asked by a page, and did not press the button in the mail
    joined_after,     // when the mailing had been planned
    left_before,
    removed_before,  // by a person
    suppressed_before,
    not_in_segment,     // the newsletter is for others (`to`)
    not_reached,        // the fan-out has not come to him
    never_reached,      // the mailing was cancelled before the fan-out came to him
    not_there_by_then,  // the fan-out passed him over, and what he was then is not on record any more
    not_due,            // nothing is ready, or the schedule's moment lies ahead
    not_in_series,      // the mailing is of a welcome letter, and he did not come to it
    had_already,        // the same, and he got that letter by another mailing
    // The copy is at its end.
    accepted,
    bounced,
    refused,
    expired,
    left_meanwhile,
    removed_meanwhile,
    suppressed_meanwhile,
    mailing_cancelled,
    dropped,  // by a person, this copy
    // It may have arrived.
    in_doubt,
    held_in_doubt,
    // It waits.
    held,
    paused,
    window_closed,
    relay_trouble,
    limited,   // its domain or provider
    deferred,  // the server asked to come again
    sending,
    queued,
    // No mailing was asked about.
    reads,  // he gets the next
};

enum class Got { yes, no, not_yet, perhaps };

struct Evidence {
    std::optional<Time> at;
    std::string words;
    bool operator==(const Evidence&) const = default;
};

struct Explanation {
    std::string newsletter;
    std::optional<std::int64_t> mailing;  // none: about the next
    std::string title;
    Cause cause = Cause::not_on_the_list;
    Got got = Got::no;
    std::string words;               // sentences
    std::vector<Evidence> evidence;  // in the order of time, as far as they have one
};

// The address in any spelling. With a mailing: about that one. Without: for each newsletter whether he gets the next,
// and what became of its newest mailings. Refused where the address is none, or there is no such mailing.
[[nodiscard]] Answer<std::vector<Explanation>> explain(Desk& desk, std::string_view address,
                                                       std::optional<std::int64_t> mailing);

[[nodiscard]] std::string_view to_string(Cause cause);
[[nodiscard]] std::string_view to_string(Got got);
// One JSON object on a line.
[[nodiscard]] std::string to_json(const Explanation& explanation, std::string_view address);

}  // namespace paperround::control
