#include "control/sources.hpp"

#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "control/json_line.hpp"

namespace paperround::control {

std::string_view SourceView::state() const {
    if (!known) return "new";
    if (known->gone) return "gone";
    if (known->failures > 0) return "failing";
    return known->first_polled ? "read" : "new";
}

std::vector<SourceView> list_sources(Desk& desk) {
    const post::PostStore store(desk.database());
    std::vector<SourceView> views;
    for (const config::Newsletter& newsletter : desk.settings().newsletters) {
        for (const config::Source* source : newsletter.all_sources())
            views.push_back(
                {newsletter.name, source->location, store.find_source(newsletter.name, source->location)});
    }
    return views;
}

std::string to_json(const SourceView& view) {
    const auto& known = view.known;
    return json_line(nlohmann::ordered_json{
        {"newsletter", view.newsletter},
        {"location", view.location},
        {"state", view.state()},
        {"read_at", known ? known->permanent_url : ""},
        {"last_look", time_or_null<nlohmann::ordered_json>(known ? known->last_look : std::nullopt)},
        {"next_look", time_or_null<nlohmann::ordered_json>(known ? known->next_poll : std::nullopt)},
        {"failures", known ? known->failures : 0},
        {"last_error", known ? known->last_error : ""}});
}

}  // namespace paperround::control
