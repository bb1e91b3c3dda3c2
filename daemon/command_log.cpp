// `log`: every attempt on record, filtered, as text or JSON lines, and as it grows.
#include <fmt/format.h>
#include <poll.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/date_time.hpp"
#include "base/display_width.hpp"
#include "base/mailbox.hpp"
#include "base/terminal_text.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"
#include "daemon/log_filter.hpp"
#include "pipeline/data_directory.hpp"
#include "queue/delivery_log.hpp"
#include "queue/reply_line.hpp"

namespace paperround::daemon {

namespace {

struct LogOptions : LogQuestion {
    bool follow = false;
    bool json = false;
};

void print_text(const queue::LogLine& line, std::size_t width, Time now) {
    constexpr std::size_t when = 20;  // names of zones have three or four letters
    constexpr std::size_t word = 11;
    constexpr std::size_t indent = when + word;
    const std::string who = terminal_text(line.recipient);
    const std::string reply = terminal_text(queue::reply_line(line.outcome));
    std::string what = who + "  " + reply;
    if (display_width(what) + indent > width) {
        what = who + "\n" + std::string(indent, ' ') + wrapped(reply, width - indent, indent);
    }
    fmt::print("{}{}{}\n", padded(local_text(line.time, now) + "  ", when),
               padded(outcome_word(line.outcome.kind), word), what);
}

void print_json(const queue::LogLine& line, const config::Settings& settings) {
    const auto* newsletter = settings.find_newsletter(line.newsletter);
    const std::string domain(newsletter != nullptr ? domain_of(newsletter->from.address) : "");
    const nlohmann::ordered_json object{
        {"time", format_rfc3339_millis(line.time)},
        {"newsletter", line.newsletter},
        {"mailing", line.mailing_id},
        {"recipient", line.recipient},
        {"attempt", line.attempt},
        {"outcome", queue::to_string(line.outcome.kind)},
        {"relay", line.relay},
        {"stage", queue::to_string(line.outcome.stage)},
        {"code", line.outcome.code},
        {"enhanced", line.outcome.enhanced},
        {"text", line.outcome.text},
        {"message_id", "<" + queue::message_id(line.mailing_key, line.delivery_id, domain) + ">"},
        {"tls", line.outcome.tls},
        {"ms", line.outcome.took.count()},
    };
    fmt::print("{}\n", json_line(object));
}

// `after` moves on behind what was printed; how much that was.
std::uint64_t print_what_is_there(queue::DeliveryLog& log, queue::LogFilter& filter,
                                  const LogOptions& options, const config::Settings& settings) {
    const std::size_t width = terminal_width();
    const Time now = SystemClock().now();
    std::uint64_t count = 0;
    log.each(filter, [&](const queue::LogLine& line) {
        options.json ? print_json(line, settings) : print_text(line, width, now);
        filter.after_id = line.id;
        ++count;
    });
    return count;
}

int print_log(const Invocation& invocation, const LogOptions& options) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    auto filter = log_filter(options, *settings, database, SystemClock().now());
    if (!filter) {
        fmt::print(stderr, "paperround: {}\n", filter.error().message);
        return filter.error().status;
    }
    queue::DeliveryLog log(database);
    const std::int64_t newest = log.newest_id();
    const std::uint64_t count = print_what_is_there(log, *filter, options, *settings);
    // Standard output stays what programs read.
    if (count == 0 && !options.follow) {
        fmt::print(stderr, "{}\n", newest == 0 ? "No attempts yet." : "No attempt on record is so.");
    }
    filter->after_id = std::max(filter->after_id, newest);
    filter->last = 0;
    while (options.follow && std::fflush(stdout) == 0) {
        ::poll(nullptr, 0, 250);
        print_what_is_there(log, *filter, options, *settings);
    }
    return EX_OK;
}

}  // namespace

void add_log_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("log", "Every attempt on record, with the server's own words");
    auto options = std::make_shared<LogOptions>();
    command->add_option(
        "-r,--recipient", options->recipient,
        "Only attempts to this address, to a domain (@example.org) or to addresses that hold this part");
    command->add_option("-m,--mailing", options->mailing, "Only attempts of this mailing");
    command->add_option("-n,--newsletter", options->newsletter, "Only attempts of this newsletter");
    command->add_option(
        "-o,--outcome", options->outcome,
        "Only attempts that ended so, in the listing's words, separated by commas (bounced,deferred)");
    command->add_option("-s,--since", options->since,
                        "Only attempts since then: 30m (ago), 11-22 09:00, or any time that is printed");
    command->add_option("-u,--until", options->until,
                        "Only attempts until then, that day or minute included");
    command->add_option("-l,--last", options->last, "Only the newest N");
    command->add_flag("-f,--follow", options->follow, "Go on printing attempts as they are recorded");
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return print_log(invocation, *options); };
    });
}

}  // namespace paperround::daemon
