// `queue`: what is not final yet, by mailing and state.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/date_time.hpp"
#include "base/text.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "pipeline/data_directory.hpp"
#include "queue/delivery_log.hpp"

namespace paperround::daemon {

namespace {

void print_json(const queue::QueueLine& line) {
    nlohmann::ordered_json object{{"newsletter", line.newsletter}, {"mailing", line.mailing_id},
                                  {"title", line.title},           {"state", queue::to_string(line.state)},
                                  {"count", line.count},           {"next_due", nullptr}};
    if (line.next_due) object["next_due"] = format_rfc3339(*line.next_due);
    fmt::print("{}\n", object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

int print_queue(const Invocation& invocation, bool json) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    Listing listing({"MAILING", "NEWSLETTER", "STATE", "COUNT", "NEXT DUE", "TITLE"});
    for (const queue::QueueLine& line : queue::DeliveryLog(database).waiting()) {
        if (json) print_json(line);
        listing.add({std::to_string(line.mailing_id), line.newsletter,
                     std::string(queue::to_string(line.state)),
                     with_thousands(static_cast<std::uint64_t>(line.count)),
                     line.next_due ? format_short(*line.next_due) : "-", line.title});
    }
    if (json) return EX_OK;
    fmt::print("{}", listing.empty() ? "Nothing waits.\n" : listing.text(terminal_width()));
    return EX_OK;
}

}  // namespace

void add_queue_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("queue", "Deliveries that are not final yet");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON object a line");
    command->callback([&invocation, json] {
        invocation.run = [&invocation, json] { return print_queue(invocation, *json); };
    });
}

}  // namespace paperround::daemon
