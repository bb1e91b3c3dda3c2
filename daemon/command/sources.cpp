// `sources`: where posts come from, and how that goes.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "control/sources.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

int list_sources(control::Desk& desk, bool json) {
    const Time now = desk.now();
    Listing listing({"NEWSLETTER", "STATE", "LAST LOOK", "NEXT LOOK", "SOURCE"});
    for (const control::SourceView& view : control::list_sources(desk)) {
        if (json) fmt::print("{}\n", control::to_json(view));
        const auto last_look = view.known ? view.known->last_look : std::nullopt;
        const auto next_look = view.known ? view.known->next_poll : std::nullopt;
        const std::string error =
            view.known && !view.known->last_error.empty() ? " — " + view.known->last_error : "";
        listing.add({view.newsletter, std::string(view.state()),
                     last_look ? local_text(*last_look, now) : "-",
                     next_look ? local_text(*next_look, now) : "at once", view.location + error});
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
        invocation.run = [&invocation, json] {
            return at_desk(invocation, [&json](control::Desk& desk) { return list_sources(desk, *json); });
        };
    });
}

}  // namespace paperround::daemon
