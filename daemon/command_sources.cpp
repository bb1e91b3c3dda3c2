// `sources`: where posts come from, and how that goes.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/date_time.hpp"
#include "base/terminal_text.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"
#include "pipeline/data_directory.hpp"
#include "post/post_store.hpp"

namespace paperround::daemon {

namespace {

std::string_view state_of(const std::optional<post::SourceState>& source) {
    if (!source) return "new";
    if (source->gone) return "gone";
    if (source->failures > 0) return "failing";
    return source->first_polled ? "read" : "new";
}

nlohmann::ordered_json time_or_null(const std::optional<Time>& time) {
    return time ? nlohmann::ordered_json(format_rfc3339(*time)) : nlohmann::ordered_json();
}

void print_json(const config::Newsletter& newsletter, const config::Source& source,
                const std::optional<post::SourceState>& state) {
    nlohmann::ordered_json object{{"newsletter", newsletter.name},
                                  {"location", source.location},
                                  {"state", state_of(state)},
                                  {"read_at", state ? state->permanent_url : ""},
                                  {"last_look", time_or_null(state ? state->last_look : std::nullopt)},
                                  {"next_look", time_or_null(state ? state->next_poll : std::nullopt)},
                                  {"failures", state ? state->failures : 0},
                                  {"last_error", state ? state->last_error : ""}};
    fmt::print("{}\n", json_line(object));
}

std::string shown(const std::optional<Time>& time, Time now) {
    return time ? local_text(*time, now) : "-";
}

int list_sources(const Invocation& invocation, bool json) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    const post::PostStore store(database);
    const Time now = SystemClock().now();
    Listing listing({"NEWSLETTER", "STATE", "LAST LOOK", "NEXT LOOK", "SOURCE"});
    for (const config::Newsletter& newsletter : settings->newsletters) {
        for (const config::Source& source : newsletter.sources) {
            const auto state = store.find_source(newsletter.name, source.location);
            if (json) print_json(newsletter, source, state);
            const std::string error = state && !state->last_error.empty() ? " — " + state->last_error : "";
            listing.add({newsletter.name, std::string(state_of(state)),
                         shown(state ? state->last_look : std::nullopt, now),
                         state && state->next_poll ? local_text(*state->next_poll, now) : "at once",
                         source.location + error});
        }
    }
    if (!json) fmt::print("{}", listing.text(terminal_width()));
    return EX_OK;
}

}  // namespace

void add_sources_command(CLI::App& app, Invocation& invocation) {
    auto json = std::make_shared<bool>(false);
    auto* command =
        app.add_subcommand("sources", "Where posts come from: when each was read, and what is wrong");
    command->add_flag("--json", *json, "One JSON object a line");
    command->callback([&invocation, json] {
        invocation.run = [&invocation, json] { return list_sources(invocation, *json); };
    });
}

}  // namespace paperround::daemon
