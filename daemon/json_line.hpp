// A JSON object as commands print it: one line, nothing in it that acts on a terminal.
#pragma once

#include <string>

#include "base/terminal_text.hpp"

namespace paperround::daemon {

// `Json` is nlohmann's; what is not valid UTF-8 is replaced.
template <class Json>
[[nodiscard]] std::string json_line(const Json& object) {
    return terminal_json(object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace paperround::daemon
