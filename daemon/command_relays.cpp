// `relays`: how each relay is doing, what it has taught us about its limits, and the operator's hand on it.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/date_time.hpp"
#include "base/rate.hpp"
#include "base/terminal_text.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"
#include "pipeline/data_directory.hpp"
#include "queue/queue_store.hpp"

namespace paperround::daemon {

namespace {

struct RelayView {
    const config::Relay& relay;
    queue::RelayHealth health;
    queue::RelayLessons lessons;
    queue::RelayOrders orders;
};

RelayView view_of(queue::QueueStore& store, const config::Relay& relay) {
    return {relay, store.relay_health(relay.name), store.relay_lessons(relay.name),
            store.relay_orders(relay.name)};
}

std::string_view state_of(const RelayView& view) {
    if (view.orders.paused) return "paused";
    if (view.health.resting) return "resting";
    if (!view.health.up()) return "down";
    return view.lessons.pace.learned() ? "slowed" : "up";
}

std::optional<Time> since_of(const RelayView& view) {
    if (view.orders.paused) return view.orders.paused;
    if (view.health.down_since) return view.health.down_since;
    return view.lessons.pace.learned() ? std::optional(view.lessons.pace.since) : std::nullopt;
}

// The rate in force; nothing where there is none.
std::optional<double> rate_of(const RelayView& view) {
    std::optional<double> rate;
    if (view.relay.rate) rate = view.relay.rate->per_second();
    if (view.lessons.pace.learned())
        rate = std::min(view.lessons.pace.limit, rate.value_or(view.lessons.pace.limit));
    return rate;
}

// The server's words about what is in the way now; else about what was learned last.
std::string words_of(const RelayView& view) {
    const auto& [pace, connections, messages] = view.lessons;
    if (!view.health.reason.empty()) return view.health.reason;
    std::string words;
    Time latest{};
    const auto consider = [&](bool learned, Time at, const std::string& what) {
        if (!learned || at < latest) return;
        latest = at;
        words = what;
    };
    consider(messages.learned(), messages.since, messages.words);
    consider(connections.learned(), connections.since, connections.words);
    consider(pace.learned(), pace.complained, pace.words);
    return words;
}

nlohmann::ordered_json or_null(const std::optional<Time>& time) {
    return time ? nlohmann::ordered_json(format_rfc3339(*time)) : nullptr;
}

template <class Lesson>
nlohmann::ordered_json learned(const Lesson& lesson, nlohmann::ordered_json value) {
    if (!lesson.learned()) return nullptr;
    return {{"value", std::move(value)}, {"since", format_rfc3339(lesson.since)}, {"words", lesson.words}};
}

void print_json(const RelayView& view) {
    const auto& [pace, connections, messages] = view.lessons;
    const auto rate = rate_of(view);
    const nlohmann::ordered_json object{
        {"relay", view.relay.name},
        {"state", state_of(view)},
        {"since", or_null(since_of(view))},
        {"next_try", or_null(view.health.next_attempt)},
        {"rate", rate ? nlohmann::ordered_json(format_per_second(*rate)) : nullptr},
        {"connections", connections.learned() ? std::min(connections.limit, view.relay.connections)
                                              : view.relay.connections},
        {"messages_per_connection", messages.learned()
                                        ? std::min(messages.messages, view.relay.messages_per_connection)
                                        : view.relay.messages_per_connection},
        {"learned",
         {{"rate", learned(pace, format_per_second(pace.limit))},
          {"connections", learned(connections, connections.limit)},
          {"messages_per_connection", learned(messages, messages.messages)}}},
        {"last_trouble", words_of(view)}};
    fmt::print("{}\n", json_line(object));
}

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

int list_relays(const Invocation& invocation, bool json) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    queue::QueueStore store(database);
    Listing listing(
        {"RELAY", "STATE", "SINCE", "NEXT TRY", "RATE", "CONNECTIONS", "MESSAGES", "LAST TROUBLE"});
    for (const config::Relay& relay : settings->relays) {
        const RelayView view = view_of(store, relay);
        if (json) print_json(view);
        const auto rate = rate_of(view);
        const auto& [pace, connections, messages] = view.lessons;
        listing.add({relay.name, std::string(state_of(view)), time_text(since_of(view)),
                     time_text(view.health.next_attempt), rate ? format_per_second(*rate) : "-",
                     number(connections.learned(), connections.limit, relay.connections),
                     number(messages.learned(), messages.messages, relay.messages_per_connection),
                     words_of(view)});
    }
    if (!json) fmt::print("{}", listing.text(terminal_width()));
    return EX_OK;
}

void print_lesson(bool known, std::string_view what, Time since, const std::string& words) {
    if (known) fmt::print("  {}, since {}: {}\n", what, time_text(since), terminal_text(words));
}

void print_relay(const RelayView& view) {
    const auto& [pace, connections, messages] = view.lessons;
    const auto since = since_of(view);
    fmt::print("relay {}: {}{}\n", view.relay.name, state_of(view),
               since ? ", since " + time_text(*since) : "");
    if (!view.health.reason.empty()) fmt::print("last trouble: {}\n", terminal_text(view.health.reason));
    if (view.health.next_attempt) fmt::print("next try: {}\n", time_text(*view.health.next_attempt));
    if (!view.lessons.any()) return;
    fmt::print("learned; `paperround relays forget {}` undoes it:\n", view.relay.name);
    print_lesson(pace.learned(), format_per_second(pace.limit), pace.since, pace.words);
    print_lesson(connections.learned(), fmt::format("{} connections at a time", connections.limit),
                 connections.since, connections.words);
    print_lesson(messages.learned(), fmt::format("{} messages in a session", messages.messages),
                 messages.since, messages.words);
}

void pause(queue::QueueStore& store, const std::string& name, Time now) {
    auto orders = store.relay_orders(name);
    if (orders.paused) {
        fmt::print("relay {} is paused already, since {}\n", name, time_text(*orders.paused));
        return;
    }
    orders.paused = now;
    store.save_relay_orders(name, orders);
    fmt::print("relay {} is paused: it gets nothing, and other relays of its newsletters take over\n", name);
}

// What a daemon does that notices it, done here too, for when none runs.
void resume(queue::QueueStore& store, const std::string& name) {
    auto orders = store.relay_orders(name);
    auto health = store.relay_health(name);
    health.try_now();
    orders.paused.reset();
    ++orders.resumed;
    store.save_relay_health(name, health);
    store.save_relay_orders(name, orders);
    fmt::print("relay {} goes on{}\n", name, health.up() ? "" : ", and is tried at once");
}

void forget(queue::QueueStore& store, const std::string& name) {
    auto orders = store.relay_orders(name);
    ++orders.forgotten;
    store.save_relay_orders(name, orders);
    store.save_relay_lessons(name, {});
    fmt::print("what was learned of relay {} is forgotten\n", name);
}

int act_on_relay(const Invocation& invocation, const std::string& verb, const std::string& name) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    const auto relay = std::ranges::find(settings->relays, name, &config::Relay::name);
    if (relay == settings->relays.end()) {
        std::vector<std::string> names;
        for (const config::Relay& one : settings->relays) names.push_back(one.name);
        fmt::print(stderr, "paperround: no relay \"{}\"; there is {}\n", name, fmt::join(names, ", "));
        return EX_DATAERR;
    }
    auto database = pipeline::open_database(settings->data_dir);
    queue::QueueStore store(database);
    if (verb == "show") {
        print_relay(view_of(store, *relay));
        return EX_OK;
    }
    db::Transaction transaction(database);
    if (verb == "pause") pause(store, name, SystemClock().now());
    if (verb == "resume") resume(store, name);
    if (verb == "forget") forget(store, name);
    transaction.commit();
    return EX_OK;
}

void add_verb(CLI::App& relays, Invocation& invocation, const char* verb, const char* help) {
    auto name = std::make_shared<std::string>();
    auto* command = relays.add_subcommand(verb, help);
    command->add_option("NAME", *name, "The relay, as the configuration names it")->required();
    command->callback([&invocation, verb = std::string(verb), name] {
        invocation.run = [&invocation, verb, name] { return act_on_relay(invocation, verb, *name); };
    });
}

}  // namespace

void add_relays_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("relays", "Relays: state, limits learned, last trouble");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object a line");
    command->require_subcommand(0, 1);
    add_verb(*command, invocation, "show", "One relay, with all that was learned of it");
    add_verb(*command, invocation, "pause", "Nothing more goes over it until it is resumed");
    add_verb(*command, invocation, "resume", "Go on; one that backs off or rests is tried at once");
    add_verb(*command, invocation, "forget", "Undo what was learned of its limits");
    command->callback([&invocation, command, json] {
        if (!command->get_subcommands().empty()) return;
        invocation.run = [&invocation, json] { return list_relays(invocation, *json); };
    });
}

}  // namespace paperround::daemon
