// `log`: every attempt on record, filtered, as text or JSON lines, and as it grows.
#include <fmt/format.h>
#include <poll.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text/display_width.hpp"
#include "base/text/terminal_text.hpp"
#include "control/log_search.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"
#include "daemon/log_period.hpp"
#include "queue/reply_line.hpp"

namespace paperround::daemon {

namespace {

struct LogOptions : control::LogQuestion {
    std::string since_text;
    std::string until_text;
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
               padded(control::outcome_word(line.outcome.kind), word), what);
}

// `after` moves on behind what was printed; how much that was.
std::uint64_t print_what_is_there(control::Desk& desk, queue::LogFilter& filter, bool json) {
    const std::size_t width = terminal_width();
    const Time now = desk.now();
    std::uint64_t count = 0;
    control::LogSearch(desk).each(filter, [&](const queue::LogLine& line) {
        if (json) {
            fmt::print("{}\n", control::to_json(line, desk.settings()));
        } else {
            print_text(line, width, now);
        }
        filter.after_id = line.id;
        ++count;
    });
    return count;
}

int print_log(control::Desk& desk, LogOptions options) {
    const auto period = parse_log_period(options.since_text, options.until_text, desk.now());
    if (!period) return tell(period.error());
    options.since = period->since;
    options.until = period->until;
    auto filter = control::LogSearch(desk).filter_of(options);
    if (!filter) return tell(filter.error());
    const std::int64_t newest = control::LogSearch(desk).newest_id();
    const std::uint64_t count = print_what_is_there(desk, *filter, options.json);
    // Standard output stays what programs read.
    if (count == 0 && !options.follow) {
        fmt::print(stderr, "{}\n", newest == 0 ? "No attempts yet." : "No attempt on record is so.");
    }
    filter->after_id = std::max(filter->after_id, newest);
    filter->last = 0;
    while (options.follow && std::fflush(stdout) == 0) {
        ::poll(nullptr, 0, 250);
        print_what_is_there(desk, *filter, options.json);
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
    command->add_option("-s,--since", options->since_text,
                        "Only attempts since then: 30m (ago), 11-22 09:00, or any time that is printed");
    command->add_option("-u,--until", options->until_text,
                        "Only attempts until then, that day or minute included");
    command->add_option("-l,--last", options->last, "Only the newest N");
    command->add_flag("-f,--follow", options->follow, "Go on printing attempts as they are recorded");
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return at_desk(invocation, [&options](control::Desk& desk) { return print_log(desk, *options); });
        };
    });
}

}  // namespace paperround::daemon
