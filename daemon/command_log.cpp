// `log`: every attempt on record, filtered, as text or JSON lines, and as it grows.
#include <fmt/format.h>
#include <poll.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "audience/audience_store.hpp"
#include "base/date_time.hpp"
#include "base/display_width.hpp"
#include "base/duration.hpp"
#include "base/mailbox.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "pipeline/data_directory.hpp"
#include "queue/delivery_log.hpp"

namespace paperround::daemon {

namespace {

struct LogOptions {
    std::string recipient;
    std::string newsletter;
    std::string outcome;
    std::string since;
    std::int64_t mailing = 0;
    unsigned last = 0;
    bool follow = false;
    bool json = false;
};

std::string_view word_for(queue::OutcomeKind kind) {
    using queue::OutcomeKind;
    switch (kind) {
        case OutcomeKind::accepted:
            return "sent";
        case OutcomeKind::rejected_recipient:
            return "bounced";
        case OutcomeKind::perhaps_recipient:
            return "bounced?";
        case OutcomeKind::deferred:
            return "deferred";
        case OutcomeKind::rejected_message:
            return "message";
        case OutcomeKind::rejected_sender:
            return "sender";
        case OutcomeKind::rejected_policy:
            return "refused";
        case OutcomeKind::domain_slowed:
            return "slowed";
        case OutcomeKind::relay_trouble:
            return "relay";
        case OutcomeKind::in_doubt:
            return "in doubt";
        case OutcomeKind::protocol:
            return "protocol";
        case OutcomeKind::withdrawn:
            return "withdrawn";
        case OutcomeKind::perhaps_relay:
            return "relay?";
        case OutcomeKind::relay_slowed:
            return "relay slowed";
        case OutcomeKind::relay_quota:
            return "quota";
        case OutcomeKind::session_limit:
            return "session full";
        case OutcomeKind::connections_limit:
            return "connection full";
    }
    return "?";
}

// "5m ago", as a duration, or a date.
std::optional<Time> parse_since(const std::string& text, Time now) {
    if (const auto ago = parse_duration(text)) return now - *ago;
    return parse_rfc3339(text);
}

std::string reply_of(const queue::Outcome& outcome) {
    if (outcome.code == 0) return outcome.text;
    const std::string code = std::to_string(outcome.code);
    return outcome.text.starts_with(code) ? outcome.text : code + " " + outcome.text;
}

void print_text(const queue::LogLine& line, std::size_t width) {
    constexpr std::size_t indent = 16 + 11;
    const std::string who = line.recipient + "  ";
    const std::string reply = reply_of(line.outcome);
    std::string what = who + reply;
    if (display_width(what) + indent > width) {
        what = line.recipient + "\n" + std::string(indent, ' ') + wrapped(reply, width - indent, indent);
    }
    fmt::print("{}  {}{}\n", format_short(line.time), padded(word_for(line.outcome.kind), 11), what);
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
    fmt::print("{}\n", object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::optional<queue::LogFilter> filter_from(const LogOptions& options, db::Database& database) {
    queue::LogFilter filter{.newsletter = options.newsletter, .last = options.last};
    if (options.mailing != 0) filter.mailing_id = options.mailing;
    if (!options.recipient.empty()) {
        const auto address = canonical_address(options.recipient);
        filter.recipient = address ? *address : options.recipient;
        if (const auto reader = audience::AudienceStore(database).find(filter.recipient)) {
            filter.subscriber_id = reader->id;
        }
    }
    if (!options.outcome.empty()) {
        filter.outcome = queue::parse_outcome_kind(options.outcome);
        if (!filter.outcome) {
            fmt::print(stderr,
                       "paperround: --outcome: \"{}\" is none of accepted, rejected_recipient, "
                       "perhaps_recipient, deferred, rejected_message, rejected_sender, rejected_policy, "
                       "domain_slowed, relay_trouble, perhaps_relay, relay_slowed, relay_quota, session_limit, "
                       "connections_limit, in_doubt, protocol, withdrawn\n",
                       options.outcome);
            return std::nullopt;
        }
    }
    if (!options.since.empty()) {
        filter.since = parse_since(options.since, SystemClock().now());
        if (!filter.since) {
            fmt::print(
                stderr,
                "paperround: --since: expected a duration (30m) or a date (2026-11-22T08:00), got \"{}\"\n",
                options.since);
            return std::nullopt;
        }
    }
    return filter;
}

int print_log(const Invocation& invocation, const LogOptions& options) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    auto filter = filter_from(options, database);
    if (!filter) return EX_USAGE;
    const std::size_t width = terminal_width();
    queue::DeliveryLog log(database);
    const auto print = [&](const queue::LogLine& line) {
        options.json ? print_json(line, *settings) : print_text(line, width);
        filter->after_id = line.id;
    };
    const std::int64_t newest = log.newest_id();
    log.each(*filter, print);
    filter->after_id = std::max(filter->after_id, newest);
    filter->last = 0;
    while (options.follow && std::fflush(stdout) == 0) {
        ::poll(nullptr, 0, 250);
        log.each(*filter, print);
    }
    return EX_OK;
}

}  // namespace

void add_log_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("log", "Every attempt on record, with the server's own words");
    auto options = std::make_shared<LogOptions>();
    command->add_option("-r,--recipient", options->recipient, "Only attempts to this address");
    command->add_option("-m,--mailing", options->mailing, "Only attempts of this mailing");
    command->add_option("-n,--newsletter", options->newsletter, "Only attempts of this newsletter");
    command->add_option("-o,--outcome", options->outcome,
                        "Only attempts that ended so (accepted, deferred, …)");
    command->add_option("-s,--since", options->since,
                        "Only attempts since then: 30m, 2026-11-22 or 2026-11-22T08:00Z");
    command->add_option("-l,--last", options->last, "Only the newest N");
    command->add_flag("-f,--follow", options->follow, "Go on printing attempts as they are recorded");
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return print_log(invocation, *options); };
    });
}

}  // namespace paperround::daemon
