// The words of control/reader/explanation.hpp for programs.
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "control/json_line.hpp"
#include "control/reader/explanation.hpp"

namespace paperround::control {

namespace {

constexpr std::array<std::pair<Cause, std::string_view>, 33> cause_words{{
    {Cause::not_on_the_list, "not_on_the_list"},
    {Cause::forgotten, "forgotten"},
    {Cause::never_confirmed, "never_confirmed"},
    {Cause::joined_after, "joined_after"},
    {Cause::left_before, "left_before"},
    {Cause::removed_before, "removed_before"},
    {Cause::suppressed_before, "suppressed_before"},
    {Cause::not_in_segment, "not_in_segment"},
    {Cause::not_reached, "not_reached"},
    {Cause::never_reached, "never_reached"},
    {Cause::not_there_by_then, "not_there_by_then"},
    {Cause::not_due, "not_due"},
    {Cause::not_in_series, "not_in_series"},
    {Cause::had_already, "had_already"},
    {Cause::accepted, "accepted"},
    {Cause::bounced, "bounced"},
    {Cause::refused, "refused"},
    {Cause::expired, "expired"},
    {Cause::left_meanwhile, "left_meanwhile"},
    {Cause::removed_meanwhile, "removed_meanwhile"},
    {Cause::suppressed_meanwhile, "suppressed_meanwhile"},
    {Cause::mailing_cancelled, "mailing_cancelled"},
    {Cause::dropped, "dropped"},
    {Cause::in_doubt, "in_doubt"},
    {Cause::held_in_doubt, "held_in_doubt"},
    {Cause::held, "held"},
    {Cause::paused, "paused"},
    {Cause::window_closed, "window_closed"},
    {Cause::relay_trouble, "relay_trouble"},
    {Cause::limited, "limited"},
    {Cause::deferred, "deferred"},
    {Cause::sending, "sending"},
    {Cause::queued, "queued"},
}};

}  // namespace

std::string_view to_string(Cause cause) {
    for (const auto& [value, word] : cause_words) {
        if (value == cause) return word;
    }
    return "reads";
}

std::string_view to_string(Got got) {
    switch (got) {
        case Got::yes:
            return "yes";
        case Got::no:
            return "no";
        case Got::not_yet:
            return "not_yet";
        case Got::perhaps:
            return "perhaps";
    }
    return "?";
}

std::string to_json(const Explanation& explanation, std::string_view address) {
    nlohmann::ordered_json object{{"address", address},
                                  {"newsletter", explanation.newsletter},
                                  {"mailing", nullptr},
                                  {"title", explanation.title},
                                  {"got", to_string(explanation.got)},
                                  {"cause", to_string(explanation.cause)},
                                  {"words", explanation.words},
                                  {"evidence", nlohmann::ordered_json::array()}};
    if (explanation.mailing) object["mailing"] = *explanation.mailing;
    for (const Evidence& one : explanation.evidence) {
        object["evidence"].push_back(
            {{"time", time_or_null<nlohmann::ordered_json>(one.at)}, {"words", one.words}});
    }
    return json_line(object);
}

}  // namespace paperround::control
