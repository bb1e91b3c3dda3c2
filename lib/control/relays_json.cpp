#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "base/text/rate.hpp"
#include "control/json_line.hpp"
#include "control/relays.hpp"

namespace paperround::control {

namespace {

using Json = nlohmann::ordered_json;

template <class Lesson>
Json learned(const Lesson& lesson, Json value) {
    if (!lesson.learned()) return nullptr;
    return {{"value", std::move(value)}, {"since", format_rfc3339(lesson.since)}, {"words", lesson.words}};
}

// The smaller of what was learned and what is configured.
unsigned in_force(bool learned, unsigned limit, unsigned configured) {
    return learned ? std::min(limit, configured) : configured;
}

}  // namespace

std::string to_json(const RelayView& view) {
    const auto& [pace, connections, messages] = view.lessons;
    const auto rate = view.per_second();
    return json_line(
        Json{{"relay", view.relay->name},
             {"state", view.state()},
             {"since", time_or_null<Json>(view.since())},
             {"next_try", time_or_null<Json>(view.health.next_attempt)},
             {"rate", rate ? Json(format_per_second(*rate)) : Json(nullptr)},
             {"connections", in_force(connections.learned(), connections.limit, view.relay->connections)},
             {"messages_per_connection",
              in_force(messages.learned(), messages.messages, view.relay->messages_per_connection)},
             {"learned",
              {{"rate", learned(pace, format_per_second(pace.limit))},
               {"connections", learned(connections, connections.limit)},
               {"messages_per_connection", learned(messages, messages.messages)}}},
             {"last_trouble", view.last_trouble()}});
}

}  // namespace paperround::control
