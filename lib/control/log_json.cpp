#include <nlohmann/json.hpp>

#include "base/address/mailbox.hpp"
#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "control/log_search.hpp"

namespace paperround::control {

std::string to_json(const queue::LogLine& line, const config::Settings& settings) {
    const auto* newsletter = settings.find_newsletter(line.newsletter);
    const std::string domain(newsletter != nullptr ? domain_of(newsletter->from.address) : "");
    const nlohmann::ordered_json object{
        {"time", format_rfc3339_millis(line.time)},
        {"newsletter", line.newsletter},
        {"mailing", line.mailing_id},
        {"recipient", line.recipient},
        {"attempt", line.attempt},
        {"outcome", queue::to_string(line.outcome.kind)},
        {"relay", line.relay},
        {"stage", queue::to_string(line.outcome.stage)},
        {"code", line.outcome.code},
        {"enhanced", line.outcome.enhanced},
        {"text", line.outcome.text},
        {"message_id",
         "<" + queue::message_id({line.mailing_key, line.mailing_seal}, line.delivery_id, domain) + ">"},
        {"tls", line.outcome.tls},
        {"ms", line.outcome.took.count()},
    };
    return json_line(object);
}

}  // namespace paperround::control
