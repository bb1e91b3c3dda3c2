// JSON as commands print it and pages send it: one object on a line, nothing in it that acts on a terminal, times as
// RFC 3339 in UTC. `Json` is nlohmann's, whose header only sources include.
#pragma once

#include <optional>
#include <string>

#include "base/text/date_time.hpp"
#include "base/text/terminal_text.hpp"

namespace paperround::control {

// What is not valid UTF-8 is replaced.
template <class Json>
[[nodiscard]] std::string json_line(const Json& object) {
    return terminal_json(object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

template <class Json>
[[nodiscard]] Json time_or_null(const std::optional<Time>& time) {
    return time ? Json(format_rfc3339(*time)) : Json(nullptr);
}

}  // namespace paperround::control
