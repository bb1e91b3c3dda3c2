// `subscribers`: who reads a newsletter.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "audience/audience_store.hpp"
#include "audience/checked_subscriber.hpp"
#include "audience/csv_export.hpp"
#include "audience/csv_import.hpp"
#include "base/date_time.hpp"
#include "base/mailbox.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "daemon/live_line.hpp"
#include "daemon/local_time.hpp"
#include "pipeline/data_directory.hpp"
#include "pipeline/departure.hpp"
#include "queue/queue_store.hpp"

namespace paperround::daemon {

namespace {

struct Options {
    std::string newsletter;
    std::string address;
    std::string name;
    std::string file;
    std::string state;
    std::string text;
    std::string from;
    std::vector<std::string> attributes;
    bool again = false;
    bool json = false;
};

// Settings, newsletter and database: what every subcommand begins with.
struct Desk {
    config::Settings settings;
    const config::Newsletter* newsletter;
    db::Database database;
    SystemClock clock;
};

// Runs `work` at a desk, or ends with the exit code that says why there is none.
template <class Work>
int at_desk(const Invocation& invocation, const Options& options, Work&& work) {
    auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    Desk desk{std::move(*settings), nullptr, std::move(database), {}};
    desk.newsletter = choose_newsletter(desk.settings, options.newsletter);
    if (desk.newsletter == nullptr) return EX_USAGE;
    return work(desk);
}

nlohmann::ordered_json to_json(const audience::Member& member, const std::string& newsletter) {
    nlohmann::ordered_json object{{"newsletter", newsletter},
                                  {"address", member.subscriber.address},
                                  {"name", member.subscriber.name},
                                  {"state", audience::to_string(member.state)},
                                  {"suppressed", member.suppressed},
                                  {"since", format_rfc3339(member.since)},
                                  {"ended", nullptr},
                                  {"source", member.source},
                                  {"reason", member.reason},
                                  {"attributes", member.subscriber.attributes}};
    if (member.ended_at) object["ended"] = format_rfc3339(*member.ended_at);
    return object;
}

void print_json(const nlohmann::ordered_json& object) {
    fmt::print("{}\n", json_line(object));
}

std::optional<std::map<std::string, std::string>> parse_attributes(const std::vector<std::string>& pairs) {
    std::map<std::string, std::string> attributes;
    for (const std::string& pair : pairs) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0) {
            fmt::print(stderr, "paperround: --attribute: expected name=value, got \"{}\"\n", pair);
            return std::nullopt;
        }
        attributes[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return attributes;
}

int add(Desk& desk, const Options& options) {
    auto attributes = parse_attributes(options.attributes);
    if (!attributes) return EX_USAGE;
    const auto subscriber =
        audience::checked_subscriber(options.address, options.name, std::move(*attributes));
    if (!subscriber) {
        fmt::print(stderr, "paperround: {}: {}\n", options.address, subscriber.error().reason);
        return EX_DATAERR;
    }
    db::Transaction transaction(desk.database);
    const auto subscription =
        audience::AudienceStore(desk.database)
            .subscribe(desk.newsletter->name, *subscriber, desk.clock.now(), "command line",
                       options.again ? audience::Again::yes : audience::Again::no);
    transaction.commit();
    switch (subscription.result) {
        case audience::Subscribed::added:
            fmt::print("{} reads {}\n", subscriber->address, desk.newsletter->name);
            return EX_OK;
        case audience::Subscribed::updated:
            fmt::print("{} read {} already; brought up to date\n", subscriber->address,
                       desk.newsletter->name);
            return EX_OK;
        case audience::Subscribed::left_before:
            fmt::print(stderr, "paperround: {} left {} before; with --again, if the reader asked for it\n",
                       subscriber->address, desk.newsletter->name);
            return EX_DATAERR;
        case audience::Subscribed::suppressed:
            fmt::print(stderr, "paperround: {} is suppressed and gets no mail\n", subscriber->address);
            return EX_DATAERR;
        case audience::Subscribed::ended:
            break;
    }
    return EX_SOFTWARE;
}

// How many rows there are is not known before they are read: their part of the file tells.
void show(LiveLine& line, const audience::ImportProgress& progress, std::uint64_t size) {
    const double part = size == 0 ? 0 : static_cast<double>(progress.octets) / static_cast<double>(size);
    const double rows = part > 0 ? static_cast<double>(progress.rows) / part : 0;
    line.show(progress.rows, static_cast<std::uint64_t>(rows), "rows");
}

// What the import tells as it goes along. The desk and the options outlive it.
audience::ImportOptions import_options(Desk& desk, const Options& options, LiveLine& line,
                                       std::uint64_t size) {
    const std::string file_name = std::filesystem::path(options.file).filename().string();
    return {.newsletter = desk.newsletter->name,
            .source = "import " + file_name,
            .again = options.again ? audience::Again::yes : audience::Again::no,
            .on_rejected =
                [&](const audience::Rejected& rejected) {
                    line.clear();
                    fmt::print(stderr, "{}:{}: {}{}{}\n", options.file, rejected.line, rejected.address,
                               rejected.address.empty() ? "" : ": ", rejected.reason);
                },
            .on_progress = [&line,
                            size](const audience::ImportProgress& progress) { show(line, progress, size); },
            .file_name = file_name,
            .from = audience::parse_origin(options.from),
            .on_note =
                [&](std::string_view words) {
                    line.clear();
                    fmt::print(stderr, "{}: {}\n", options.file, words);
                },
            .on_ended =
                [&](std::int64_t subscriber_id, bool everywhere) {
                    // The daemon notices within a second.
                    queue::QueueStore(desk.database)
                        .withdraw(
                            everywhere ? std::string_view() : std::string_view(desk.newsletter->name),
                            subscriber_id,
                            everywhere ? queue::DeliveryState::suppressed : queue::DeliveryState::cancelled,
                            desk.clock.now());
                }};
}

void print_report(const audience::ImportReport& report, bool json) {
    if (json) {
        print_json({{"rows", report.rows},
                    {"added", report.added},
                    {"updated", report.updated},
                    {"left_before", report.left_before},
                    {"ended", report.ended},
                    {"suppressed", report.suppressed},
                    {"unconfirmed", report.unconfirmed},
                    {"duplicates", report.duplicates},
                    {"rejected", report.rejected}});
        return;
    }
    std::string more;
    if (report.ended != 0) more += fmt::format("{} left and read no longer, ", with_thousands(report.ended));
    if (report.unconfirmed != 0)
        more += fmt::format("{} never confirmed, ", with_thousands(report.unconfirmed));
    fmt::print(
        "{} rows: {} added, {} updated, {} had left and stay away, {} suppressed, {}{} duplicates, {} "
        "rejected\n",
        with_thousands(report.rows), with_thousands(report.added), with_thousands(report.updated),
        with_thousands(report.left_before), with_thousands(report.suppressed), more,
        with_thousands(report.duplicates), with_thousands(report.rejected));
}

int import(Desk& desk, const Options& options) {
    if (!options.from.empty() && !audience::parse_origin(options.from)) {
        fmt::print(stderr, "paperround: --from: \"{}\" is none of {}\n", options.from,
                   fmt::join(audience::origin_names(), ", "));
        return EX_USAGE;
    }
    std::ifstream file;
    const bool from_stdin = options.file == "-";
    if (!from_stdin) file.open(options.file, std::ios::binary);
    if (!from_stdin && !file) {
        fmt::print(stderr, "paperround: {}: cannot open: {}\n", options.file, std::strerror(errno));
        return EX_NOINPUT;
    }
    std::error_code unknown_size;
    const auto size = from_stdin ? 0 : std::filesystem::file_size(options.file, unknown_size);
    auto line = LiveLine::on_terminal(desk.clock, std::chrono::seconds(2));
    const auto report =
        audience::import_csv(desk.database, from_stdin ? std::cin : file,
                             import_options(desk, options, line, unknown_size ? 0 : size), desk.clock.now());
    line.clear();
    if (!report) {
        fmt::print(stderr, "paperround: {}: {}\n", options.file, report.error().message);
        return EX_DATAERR;
    }
    print_report(*report, options.json);
    return report->rejected == 0 ? EX_OK : EX_DATAERR;
}

std::optional<audience::MemberFilter> filter_from(const Options& options) {
    audience::MemberFilter filter{.text = options.text};
    if (options.state.empty()) return filter;
    filter.state = audience::parse_state(options.state);
    if (filter.state) return filter;
    fmt::print(stderr, "paperround: --state: \"{}\" is none of active, left, removed\n", options.state);
    return std::nullopt;
}

int list(Desk& desk, const Options& options) {
    const auto filter = filter_from(options);
    if (!filter) return EX_USAGE;
    const std::size_t width = terminal_width();
    std::uint64_t count = 0;
    audience::AudienceStore(desk.database)
        .list(desk.newsletter->name, *filter, [&](const audience::Member& member) {
            ++count;
            if (options.json) {
                print_json(to_json(member, desk.newsletter->name));
                return true;
            }
            // Printed row by row with fixed columns: a list of a million must not be held to be aligned.
            const std::string state =
                member.suppressed ? "suppressed" : std::string(audience::to_string(member.state));
            const std::string row =
                padded(state, 12) + padded(member.subscriber.address, 36) + "  " + member.subscriber.name;
            fmt::print("{}\n", shortened(terminal_text(row), width));
            return std::ferror(stdout) == 0;
        });
    if (!options.json)
        fmt::print(stderr, "{} {}\n", with_thousands(count), count == 1 ? "subscriber" : "subscribers");
    return EX_OK;
}

int show(Desk& desk, const Options& options) {
    audience::AudienceStore store(desk.database);
    const auto canonical = canonical_address(options.address);
    const auto subscriber = store.find(canonical ? *canonical : options.address);
    const auto member = subscriber ? store.member(desk.newsletter->name, subscriber->id) : std::nullopt;
    if (!member) {
        fmt::print(stderr, "paperround: {} never subscribed to {}\n", options.address, desk.newsletter->name);
        return EX_DATAERR;
    }
    if (options.json) {
        print_json(to_json(*member, desk.newsletter->name));
        return EX_OK;
    }
    const Time now = desk.clock.now();
    fmt::print("address     {}\nname        {}\nnewsletter  {}\nstate       {}\nsince       {}\n",
               terminal_text(subscriber->address), terminal_text(subscriber->name), desk.newsletter->name,
               audience::to_string(member->state), local_text(member->since, now));
    if (member->ended_at) fmt::print("ended       {}\n", local_text(*member->ended_at, now));
    if (!member->reason.empty()) fmt::print("reason      {}\n", terminal_text(member->reason));
    fmt::print("source      {}\n", terminal_text(member->source));
    for (const auto& [name, value] : subscriber->attributes)
        fmt::print("attribute   {} = {}\n", terminal_text(name), terminal_text(value));
    if (const auto suppression = store.find_suppression(subscriber->address)) {
        fmt::print("suppressed  {}: {}\n", suppression->reason, terminal_text(suppression->evidence));
    }
    return EX_OK;
}

int remove(Desk& desk, const Options& options) {
    const auto canonical = canonical_address(options.address);
    pipeline::Departure departure(desk.database, desk.clock, nullptr);
    if (!departure.remove(desk.newsletter->name, canonical ? *canonical : options.address)) {
        fmt::print(stderr, "paperround: {} does not read {}\n", options.address, desk.newsletter->name);
        return EX_DATAERR;
    }
    fmt::print("{} no longer reads {}; what waited is cancelled\n", options.address, desk.newsletter->name);
    return EX_OK;
}

int export_to_stdout(Desk& desk, const Options& options) {
    const auto filter = filter_from(options);
    if (!filter) return EX_USAGE;
    audience::AudienceStore store(desk.database);
    const auto exported = audience::export_csv(store, desk.newsletter->name, *filter, std::cout);
    if (exported.provisional != 0) {
        fmt::print(
            stderr,
            "paperround: {} suppressions are left out: the mailings that made them are still under way, and "
            "may undo them\n",
            with_thousands(exported.provisional));
    }
    if (std::cout.flush()) return EX_OK;
    tell_unwritable_output();
    return EX_IOERR;
}

class Subcommands {
  public:
    Subcommands(CLI::App& parent, Invocation& invocation)
        : parent_(parent), invocation_(invocation), options_(std::make_shared<Options>()) {}

    CLI::App& add(const std::string& name, const std::string& help, int (*work)(Desk&, const Options&)) {
        auto* command = parent_.add_subcommand(name, help);
        command->callback([&invocation = invocation_, options = options_, work] {
            invocation.run = [&invocation, options, work] {
                return at_desk(invocation, *options, [&](Desk& desk) { return work(desk, *options); });
            };
        });
        return *command;
    }
    [[nodiscard]] Options& options() const { return *options_; }

  private:
    CLI::App& parent_;
    Invocation& invocation_;
    std::shared_ptr<Options> options_;
};

constexpr const char* which = "The newsletter; may be left out where there is only one (-n)";

}  // namespace

void add_subscribers_command(CLI::App& app, Invocation& invocation) {
    auto* command =
        app.add_subcommand("subscribers", "Who reads a newsletter: add, import, export, list, show, remove");
    command->require_subcommand(1);
    Subcommands commands(*command, invocation);
    Options& options = commands.options();

    auto& adding = commands.add("add", "Subscribe one address", add);
    adding.add_option("address", options.address)->required();
    adding.add_option("-n,--newsletter", options.newsletter, which);
    adding.add_option("--name", options.name, "The reader's name");
    adding.add_option("-a,--attribute", options.attributes, "name=value, for templates; may be repeated");
    adding.add_flag("--again", options.again, "Also one who left before and asked to come back");

    auto& importing = commands.add("import", "Take over a list from a CSV file; who left stays away", import);
    importing.add_option("newsletter", options.newsletter)->required();
    importing.add_option("file", options.file, "CSV, UTF-8; - for standard input")->required();
    importing.add_option(
        "--from", options.from,
        "Whose export it is, where the header does not say so: listmonk, mailchimp, ghost …; "
        "plain: every column is an attribute");
    importing.add_flag("--again", options.again, "Also those who left before and asked to come back");
    importing.add_flag("--json", options.json, "The summary as a JSON object");

    auto& exporting = commands.add("export", "Write the whole list as CSV, for import", export_to_stdout);
    exporting.add_option("newsletter", options.newsletter);
    exporting.add_option("--state", options.state, "active, left or removed; all where it is left out");

    auto& listing = commands.add("list", "List readers", list);
    listing.add_option("newsletter", options.newsletter);
    listing.add_option("--state", options.state, "active, left or removed");
    listing.add_option("--matching", options.text, "Part of the address or name");
    listing.add_flag("--json", options.json, "One JSON object a line");

    auto& showing = commands.add("show", "Everything about one reader", show);
    showing.add_option("address", options.address)->required();
    showing.add_option("-n,--newsletter", options.newsletter, which);
    showing.add_flag("--json", options.json, "One JSON object");

    auto& removing = commands.add("remove", "End a subscription and cancel what waits for it", remove);
    removing.add_option("address", options.address)->required();
    removing.add_option("-n,--newsletter", options.newsletter, which);
}

}  // namespace paperround::daemon
