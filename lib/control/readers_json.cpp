#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "control/readers.hpp"

namespace paperround::control {

namespace {

nlohmann::ordered_json json_of(const audience::Member& member, std::string_view newsletter) {
    nlohmann::ordered_json object{{"newsletter", newsletter},
                                  {"address", member.subscriber.address},
                                  {"name", member.subscriber.name},
                                  {"state", audience::to_string(member.state)},
                                  {"suppressed", member.suppressed},
                                  {"since", format_rfc3339(member.since)},
                                  {"ended", nullptr},
                                  {"source", member.source},
                                  {"reason", member.reason},
                                  {"attributes", member.subscriber.attributes},
                                  {"tags", member.subscriber.tags}};
    if (member.ended_at) object["ended"] = format_rfc3339(*member.ended_at);
    return object;
}

nlohmann::ordered_json json_of(const audience::JoinRequest& consent) {
    nlohmann::ordered_json object{{"form", consent.form},
                                  {"network", nullptr},
                                  {"asked", format_rfc3339(consent.asked_at)},
                                  {"confirmed", nullptr}};
    if (!consent.network.empty()) object["network"] = consent.network;
    if (consent.confirmed_at) object["confirmed"] = format_rfc3339(*consent.confirmed_at);
    return object;
}

nlohmann::ordered_json json_of(const SeriesView& series) {
    nlohmann::ordered_json object{{"next_due", time_or_null<nlohmann::ordered_json>(series.reader.due)},
                                  {"ended", time_or_null<nlohmann::ordered_json>(series.reader.ended_at)},
                                  {"letters", nlohmann::ordered_json::array()}};
    for (const audience::SeriesCopy& copy : series.copies) {
        object["letters"].push_back(
            {{"letter", copy.letter}, {"mailing", copy.mailing_id}, {"made", format_rfc3339(copy.made_at)}});
    }
    return object;
}

}  // namespace

std::string to_json(const audience::Member& member, std::string_view newsletter) {
    return json_line(json_of(member, newsletter));
}

std::string to_json(const ReaderView& view, std::string_view newsletter) {
    auto object = json_of(view.member, newsletter);
    object["consent"] = nullptr;
    if (view.consent) object["consent"] = json_of(*view.consent);
    object["elsewhere"] = nlohmann::ordered_json::array();
    for (const auto& [name, member] : view.elsewhere) {
        object["elsewhere"].push_back({{"newsletter", name},
                                       {"state", audience::to_string(member.state)},
                                       {"since", format_rfc3339(member.since)},
                                       {"ended", time_or_null<nlohmann::ordered_json>(member.ended_at)},
                                       {"source", member.source},
                                       {"reason", member.reason}});
    }
    object["requests"] = nlohmann::ordered_json::array();
    for (const auto& request : view.requests) {
        object["requests"].push_back(json_of(request));
        object["requests"].back()["newsletter"] = request.newsletter;
    }
    object["welcome"] = nullptr;
    if (view.series) object["welcome"] = json_of(*view.series);
    object["actions"] = nlohmann::ordered_json::array();
    for (const queue::Action& action : view.actions) {
        object["actions"].push_back({{"time", format_rfc3339(action.at)},
                                     {"actor", action.actor},
                                     {"action", action.action},
                                     {"result", action.result}});
    }
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
