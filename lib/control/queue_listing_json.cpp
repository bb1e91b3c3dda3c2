#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "base/text/rate.hpp"
#include "control/json_line.hpp"
#include "control/queue_listing.hpp"

namespace paperround::control {

namespace {

using Json = nlohmann::ordered_json;

void add_limit(Json& object, const queue::Throttle& throttle, Time now) {
    object["rate"] = throttle.limit.rate ? Json(format_rate(*throttle.limit.rate)) : Json(nullptr);
    object["slowed_to_per_second"] = throttle.slow ? Json(throttle.slow->limit) : Json(nullptr);
    if (!throttle.limit.warm_up) return;
    object["used_today"] = throttle.used;
    if (const auto ceiling = throttle.limit.warm_up->ceiling(now)) object["ceiling_today"] = *ceiling;
}

}  // namespace

std::string to_json(const queue::QueueLine& line) {
    return json_line(Json{{"newsletter", line.newsletter},
                          {"mailing", line.mailing_id},
                          {"title", line.title},
                          {"state", queue::to_string(line.state)},
                          {"count", line.count},
                          {"next_due", time_or_null<Json>(line.next_due)}});
}

std::string to_json(const queue::StateLine& line) {
    return json_line(Json{{"state", queue::to_string(line.state)},
                          {"count", line.count},
                          {"next_due", time_or_null<Json>(line.next_due)}});
}

std::string to_json(const DestinationLine& line, std::string_view what, Time now) {
    Json object{{std::string(what), line.line.domain},
                {"waiting", line.line.waiting},
                {"sending", line.line.sending},
                {"next_due", time_or_null<Json>(line.line.next_due)}};
    add_limit(object, line.throttle, now);
    return json_line(object);
}

std::string to_json(const RelayLoad& load, Time now) {
    Json object{{"relay", load.relay},
                {"up", load.health.up()},
                {"down_since", time_or_null<Json>(load.health.down_since)},
                {"next_attempt", time_or_null<Json>(load.health.next_attempt)},
                {"reason", load.health.reason},
                {"waiting", load.waiting}};
    add_limit(object, load.throttle, now);
    return json_line(object);
}

}  // namespace paperround::control
