#include "control/action_json.hpp"

#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "control/json_line.hpp"

namespace paperround::control {

std::string to_json(const queue::Action& action) {
    return json_line(nlohmann::ordered_json{{"action_id", action.id},
                                            {"time", format_rfc3339_millis(action.at)},
                                            {"actor", action.actor},
                                            {"action", action.action},
                                            {"subject", action.subject},
                                            {"result", action.result}});
}

}  // namespace paperround::control
