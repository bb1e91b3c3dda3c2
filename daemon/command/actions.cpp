// `actions`: what people asked of the program, who and when.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "control/action_json.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

struct ActionsOptions {
    unsigned limit = 50;
    bool json = false;
};

int list_actions(control::Desk& desk, const ActionsOptions& options) {
    Listing listing({"TIME", "WHO", "ACTION", "OF", "RESULT"});
    for (const queue::Action& action : desk.newest_actions(options.limit)) {
        if (options.json) fmt::print("{}\n", control::to_json(action));
        listing.add(
            {local_text(action.at, desk.now()), action.actor, action.action, action.subject, action.result});
    }
    if (!options.json)
        fmt::print("{}", listing.empty() ? "No actions yet.\n" : listing.text(terminal_width()));
    return EX_OK;
}

}  // namespace

void add_actions_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<ActionsOptions>();
    auto* command =
        app.add_subcommand("actions", "What people asked of the program: who, when, and what became of it");
    command->add_option("--limit", options->limit, "The newest N")->capture_default_str();
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return at_desk(invocation,
                           [&options](control::Desk& desk) { return list_actions(desk, *options); });
        };
    });
}

}  // namespace paperround::daemon
