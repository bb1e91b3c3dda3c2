// `relays`: how each relay is doing, what it has taught us about its limits, and the operator's hand on it.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/text/rate.hpp"
#include "base/text/terminal_text.hpp"
#include "control/relays.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

// In the operator's zone, as in the other listings.
std::string time_text(Time time) {
    return local_text(time, SystemClock().now());
}

std::string time_text(const std::optional<Time>& time) {
    return time ? time_text(*time) : "-";
}

// "3 of 10" where a smaller number was learned.
std::string number(bool learned, unsigned value, unsigned configured) {
    return learned && value < configured ? fmt::format("{} of {}", value, configured)
                                         : std::to_string(configured);
}

int list_relays(control::Desk& desk, bool json) {
    Listing listing(
        {"RELAY", "STATE", "SINCE", "NEXT TRY", "RATE", "CONNECTIONS", "MESSAGES", "LAST TROUBLE"});
    for (const control::RelayView& view : control::Relays(desk).list()) {
        if (json) fmt::print("{}\n", control::to_json(view));
        const auto rate = view.per_second();
        const auto& [pace, connections, messages] = view.lessons;
        listing.add({view.relay->name, std::string(view.state()), time_text(view.since()),
                     time_text(view.health.next_attempt), rate ? format_per_second(*rate) : "-",
                     number(connections.learned(), connections.limit, view.relay->connections),
                     number(messages.learned(), messages.messages, view.relay->messages_per_connection),
                     view.last_trouble()});
    }
    if (!json) fmt::print("{}", listing.text(terminal_width()));
    return EX_OK;
}

void print_lesson(bool known, std::string_view what, Time since, const std::string& words) {
    if (known) fmt::print("  {}, since {}: {}\n", what, time_text(since), terminal_text(words));
}

int show(control::Desk& desk, const std::string& name) {
    const auto view = control::Relays(desk).show(name);
    if (!view) return tell(view.error());
    const auto& [pace, connections, messages] = view->lessons;
    const auto since = view->since();
    fmt::print("relay {}: {}{}\n", name, view->state(), since ? ", since " + time_text(*since) : "");
    if (!view->health.reason.empty()) fmt::print("last trouble: {}\n", terminal_text(view->health.reason));
    if (view->health.next_attempt) fmt::print("next try: {}\n", time_text(*view->health.next_attempt));
    if (!view->lessons.any()) return EX_OK;
    fmt::print("learned; `paperround relays forget {}` undoes it:\n", name);
    print_lesson(pace.learned(), format_per_second(pace.limit), pace.since, pace.words);
    print_lesson(connections.learned(), fmt::format("{} connections at a time", connections.limit),
                 connections.since, connections.words);
    print_lesson(messages.learned(), fmt::format("{} messages in a session", messages.messages),
                 messages.since, messages.words);
    return EX_OK;
}

int pause(control::Desk& desk, const std::string& name) {
    const auto paused = control::Relays(desk).pause(name);
    if (!paused) return tell(paused.error());
    if (paused->already) {
        fmt::print("relay {} is paused already, since {}\n", name, time_text(*paused->already));
    } else {
        fmt::print("relay {} is paused: it gets nothing, and other relays of its newsletters take over\n",
                   name);
    }
    return EX_OK;
}

int resume(control::Desk& desk, const std::string& name) {
    const auto resumed = control::Relays(desk).resume(name);
    if (!resumed) return tell(resumed.error());
    fmt::print("relay {} goes on{}\n", name, resumed->was_down ? ", and is tried at once" : "");
    return EX_OK;
}

int forget(control::Desk& desk, const std::string& name) {
    const auto forgotten = control::Relays(desk).forget(name);
    if (!forgotten) return tell(forgotten.error());
    fmt::print("what was learned of relay {} is forgotten\n", name);
    return EX_OK;
}

void add_verb(CLI::App& relays, Invocation& invocation, const char* verb, const char* help,
              int (*work)(control::Desk&, const std::string&)) {
    auto name = std::make_shared<std::string>();
    auto* command = relays.add_subcommand(verb, help);
    command->add_option("NAME", *name, "The relay, as the configuration names it")->required();
    command->callback([&invocation, work, name] {
        invocation.run = [&invocation, work, name] {
            return at_desk(invocation, [&](control::Desk& desk) { return work(desk, *name); });
        };
    });
}

}  // namespace

void add_relays_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("relays", "Relays: state, limits learned, last trouble");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object a line");
    command->require_subcommand(0, 1);
    add_verb(*command, invocation, "show", "One relay, with all that was learned of it", show);
    add_verb(*command, invocation, "pause", "Nothing more goes over it until it is resumed", pause);
    add_verb(*command, invocation, "resume", "Go on; one that backs off or rests is tried at once", resume);
    add_verb(*command, invocation, "forget", "Undo what was learned of its limits", forget);
    command->callback([&invocation, command, json] {
        if (!command->get_subcommands().empty()) return;
        invocation.run = [&invocation, json] {
            return at_desk(invocation, [&json](control::Desk& desk) { return list_relays(desk, *json); });
        };
    });
}

}  // namespace paperround::daemon
