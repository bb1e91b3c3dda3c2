// `queue`: what is not final yet, by mailing and state, or by domain, provider, relay or state.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "base/text/rate.hpp"
#include "control/queue_listing.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

struct QueueOptions {
    std::string by;
    unsigned limit = 50;
    bool json = false;
};

std::string when(const std::optional<Time>& time, Time now) {
    return time ? local_text(*time, now) : "-";
}

// What there is to say of a limit in a listing: "20/s, 5 at once, 130 of 200 today, slowed to 5/s".
std::string describe(const queue::Throttle& throttle, Time now) {
    std::vector<std::string> parts;
    if (throttle.limit.rate) parts.push_back(format_rate(*throttle.limit.rate));
    if (throttle.limit.connections > 0)
        parts.push_back(fmt::format("{} at once", throttle.limit.connections));
    if (throttle.limit.warm_up) {
        if (const auto ceiling = throttle.limit.warm_up->ceiling(now))
            parts.push_back(
                fmt::format("{} of {} today", with_thousands(throttle.used), with_thousands(*ceiling)));
    }
    if (throttle.slow) parts.push_back("slowed to " + format_per_second(throttle.slow->limit));
    return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, ", "));
}

// Prints lines as JSON, and gathers them for people.
class Output {
  public:
    Output(std::vector<std::string> header, bool json) : listing_(std::move(header)), json_(json) {}
    void add(const std::string& json, std::vector<std::string> cells) {
        if (json_) fmt::print("{}\n", json);
        listing_.add(std::move(cells));
    }
    void finish() const {
        if (!json_) fmt::print("{}", listing_.empty() ? "Nothing waits.\n" : listing_.text(terminal_width()));
    }

  private:
    Listing listing_;
    bool json_;
};

void print_destinations(control::Desk& desk, const QueueOptions& options) {
    const Time now = desk.now();
    control::QueueListing listing(desk);
    const bool domains = options.by == "domain";
    Output output({domains ? "DOMAIN" : "PROVIDER", "WAITING", "SENDING", "NEXT DUE", "LIMIT"}, options.json);
    for (const auto& each : domains ? listing.by_domain(options.limit) : listing.by_provider(options.limit)) {
        output.add(control::to_json(each, options.by, now),
                   {each.line.domain, count_text(each.line.waiting), count_text(each.line.sending),
                    when(each.line.next_due, now), describe(each.throttle, now)});
    }
    output.finish();
}

void print_states(control::Desk& desk, const QueueOptions& options) {
    Output output({"STATE", "COUNT", "NEXT DUE"}, options.json);
    for (const queue::StateLine& line : control::QueueListing(desk).by_state()) {
        output.add(control::to_json(line), {std::string(queue::to_string(line.state)), count_text(line.count),
                                            when(line.next_due, desk.now())});
    }
    output.finish();
}

void print_relays(control::Desk& desk, const QueueOptions& options) {
    const Time now = desk.now();
    Output output({"RELAY", "STATE", "NEXT TRY", "WAITING", "LIMIT", "WHY"}, options.json);
    for (const control::RelayLoad& load : control::QueueListing(desk).by_relay()) {
        output.add(control::to_json(load, now),
                   {load.relay, load.health.up() ? "up" : "down", when(load.health.next_attempt, now),
                    count_text(load.waiting), describe(load.throttle, now), load.health.reason});
    }
    output.finish();
}

void print_mailings(control::Desk& desk, const QueueOptions& options) {
    Output output({"MAILING", "NEWSLETTER", "STATE", "COUNT", "NEXT DUE", "TITLE"}, options.json);
    for (const queue::QueueLine& line : control::QueueListing(desk).by_mailing()) {
        output.add(control::to_json(line), {std::to_string(line.mailing_id), line.newsletter,
                                            std::string(queue::to_string(line.state)), count_text(line.count),
                                            when(line.next_due, desk.now()), line.title});
    }
    output.finish();
}

int print_queue(control::Desk& desk, const QueueOptions& options) {
    if (options.by == "relay") {
        print_relays(desk, options);
    } else if (options.by == "state") {
        print_states(desk, options);
    } else if (options.by.empty()) {
        print_mailings(desk, options);
    } else {
        print_destinations(desk, options);
    }
    return EX_OK;
}

}  // namespace

void add_queue_command(CLI::App& app, Invocation& invocation) {
    auto* command =
        app.add_subcommand("queue", "Deliveries that are not final yet; flush, hold, release, drop");
    command->require_subcommand(0, 1);
    auto options = std::make_shared<QueueOptions>();
    command->add_flag("--json", options->json, "One JSON object a line");
    command
        ->add_option("--by", options->by,
                     "Added up by domain, provider, relay or state instead of by mailing")
        ->check(CLI::IsMember({"domain", "provider", "relay", "state"}));
    command->add_option("--limit", options->limit, "With --by domain or provider: only the N with most")
        ->capture_default_str();
    add_queue_verbs(*command, invocation);
    command->callback([&invocation, options] {
        if (invocation.run) return;  // a subcommand has spoken
        invocation.run = [&invocation, options] {
            return at_desk(invocation,
                           [&options](control::Desk& desk) { return print_queue(desk, *options); });
        };
    });
}

}  // namespace paperround::daemon
