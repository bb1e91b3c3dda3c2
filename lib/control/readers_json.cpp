#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "control/readers.hpp"

namespace paperround::control {

std::string to_json(const audience::Member& member, std::string_view newsletter) {
    nlohmann::ordered_json object{{"newsletter", newsletter},
                                  {"address", member.subscriber.address},
                                  {"name", member.subscriber.name},
                                  {"state", audience::to_string(member.state)},
                                  {"suppressed", member.suppressed},
                                  {"since", format_rfc3339(member.since)},
                                  {"ended", nullptr},
                                  {"source", member.source},
                                  {"reason", member.reason},
                                  {"attributes", member.subscriber.attributes}};
    if (member.ended_at) object["ended"] = format_rfc3339(*member.ended_at);
    return json_line(object);
}

std::string to_json(const audience::ImportReport& report) {
    return json_line(nlohmann::ordered_json{{"rows", report.rows},
                                            {"added", report.added},
                                            {"updated", report.updated},
                                            {"left_before", report.left_before},
                                            {"ended", report.ended},
                                            {"suppressed", report.suppressed},
                                            {"unconfirmed", report.unconfirmed},
                                            {"duplicates", report.duplicates},
                                            {"rejected", report.rejected}});
}

}  // namespace paperround::control
