// `reports`: what came back, and what it did.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "base/text/terminal_text.hpp"
#include "control/report/reports.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"
#include "daemon/log_period.hpp"

namespace paperround::daemon {

namespace {

struct ReportsOptions : control::ReportQuestion {
    std::string since_text;
    std::int64_t id = 0;
    unsigned days = 30;
    unsigned mailings = 50;
    bool json = false;
    bool raw = false;
};

std::string delivery_of(const queue::ReportRow& row) {
    return row.delivery_id == 0 ? std::string("-") : fmt::format("{} {}", row.newsletter, row.mailing_id);
}

int list_reports(control::Desk& desk, ReportsOptions options) {
    const auto period = parse_log_period(options.since_text, "", desk.now());
    if (!period) return tell(period.error());
    options.since = period->since;
    const Time now = desk.now();
    Listing listing({"ID", "TIME", "KIND", "REASON", "DID", "MAILING", "RECIPIENT", "DIAGNOSTIC"});
    const auto answer = control::Reports(desk).list(options, [&](const queue::ReportRow& row) {
        if (options.json) return fmt::print("{}\n", control::to_json(row));
        listing.add({std::to_string(row.id), local_text(row.at, now), row.kind, row.reason,
                     std::string(queue::to_string(row.effect)), delivery_of(row), row.recipient,
                     row.diagnostic});
    });
    if (!answer) return tell(answer.error());
    if (!options.json)
        fmt::print("{}", listing.empty() ? "Nothing came back yet.\n" : listing.text(terminal_width()));
    return EX_OK;
}

void print_mail(const std::string& mail) {
    fmt::print("\n");
    for (const std::string_view line : split(mail, '\n')) fmt::print("{}\n", terminal_text(line));
}

int show_report(control::Desk& desk, const ReportsOptions& options) {
    const auto view = control::Reports(desk).show(options.id);
    if (!view) return tell(view.error());
    if (options.raw) {
        if (!view->mail) return tell({control::Refusal::Code::unknown, "the mail is not kept"});
        fmt::print("{}", *view->mail);
        return EX_OK;
    }
    if (options.json) {
        fmt::print("{}\n", control::to_json(*view));
        return EX_OK;
    }
    const queue::ReportRow& row = view->row;
    const auto line = [](std::string_view name, std::string_view value) {
        if (!value.empty()) fmt::print("{}{}\n", padded(name, 12), terminal_text(value));
    };
    line("report", std::to_string(row.id));
    line("taken", local_text(row.at, desk.now()));
    line("from", row.source);
    line("kind", row.of_class == "none" ? row.kind : row.kind + ", " + row.of_class);
    line("reason", row.reason);
    line("status", row.status);
    line("code", row.code == 0 ? std::string() : std::to_string(row.code));
    line("recipient", row.recipient);
    line("words", row.diagnostic);
    line("delivery", row.delivery_id == 0 ? "not proved"
                                          : fmt::format("mailing {} of {}, reader {}", row.mailing_id,
                                                        row.newsletter, row.subscriber_id));
    line("did", queue::to_string(row.effect));
    if (!view->mail) fmt::print("The mail is not kept.\n");
    if (view->mail) print_mail(*view->mail);
    return EX_OK;
}

int count_reports(control::Desk& desk, const ReportsOptions& options) {
    Listing listing({"DAY", "FROM", "KIND", "DID", "REPORTS"});
    for (const queue::ReportCount& each : control::Reports(desk).counts(options.days)) {
        if (options.json) fmt::print("{}\n", control::to_json(each));
        listing.add({local_text(each.day, desk.now()).substr(0, 5), each.source, each.kind,
                     std::string(queue::to_string(each.effect)), count_text(each.count)});
    }
    if (!options.json)
        fmt::print("{}", listing.empty() ? "Nothing came back yet.\n" : listing.text(terminal_width()));
    return EX_OK;
}

std::string percent(double share) {
    return fmt::format("{:.2f} %", 100 * share);
}

int print_shares(control::Desk& desk, const ReportsOptions& options) {
    Listing listing({"OF", "ANSWERED", "BOUNCED", "SHARE", "COMPLAINTS", "SHARE", "BELOW", "REFUSED", ""});
    for (const control::ReportShare& each : control::Reports(desk).shares(options.days, options.mailings)) {
        if (options.json) fmt::print("{}\n", control::to_json(each));
        listing.add({each.mailing == 0 ? each.name : fmt::format("{} {}", each.name, each.mailing),
                     count_text(each.answered), count_text(each.bounced), percent(each.bounce_share()),
                     count_text(each.complaints), percent(each.complaint_share()), "0.1 %", "0.3 %",
                     std::string(each.standing())});
    }
    if (!options.json)
        fmt::print("{}", listing.empty() ? "No mailing in that time.\n" : listing.text(terminal_width()));
    return EX_OK;
}

void add_filters(CLI::App& command, ReportsOptions& options) {
    command.add_option("-r,--recipient", options.recipient, "Only reports about this reader's deliveries");
    command.add_option("-m,--mailing", options.mailing, "Only reports about this mailing");
    command.add_option("-n,--newsletter", options.newsletter, "Only reports about this newsletter");
    command.add_option("-k,--kind", options.kind,
                       "Only these: bounce, delayed, complaint, autoreply, unsubscribe, other");
    command.add_option("-d,--did", options.effect,
                       "Only reports that did this: none, unproved, bounced, counted, suppressed, about_us, "
                       "unsubscribed, complained");
    command.add_option("-s,--since", options.since_text, "Only reports since then: 30m (ago), 11-22 09:00 …");
    command.add_option("--limit", options.limit, "The newest N")->capture_default_str();
    command.add_flag("--json", options.json, "One JSON object a line");
}

}  // namespace

void add_reports_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<ReportsOptions>();
    auto* command = app.add_subcommand(
        "reports", "What came back by mail, and what it did; show one, count them, their shares");
    command->require_subcommand(0, 1);
    add_filters(*command, *options);
    const auto ask = [&invocation, options](int (*work)(control::Desk&, const ReportsOptions&)) {
        return [&invocation, options, work] {
            invocation.run = [&invocation, options, work] {
                return at_desk(invocation,
                               [&options, work](control::Desk& desk) { return work(desk, *options); });
            };
        };
    };
    const auto list = [](control::Desk& desk, const ReportsOptions& given) {
        return list_reports(desk, given);
    };
    command->callback([&invocation, work = ask(list)] {
        if (!invocation.run) work();  // else a subcommand has spoken
    });
    add_filters(*command->add_subcommand("list", "The same as no subcommand"), *options);
    auto* show = command->add_subcommand("show", "One report, with the mail that it came in");
    show->add_option("report", options->id, "Its number, from the list")->required();
    show->add_flag("--json", options->json, "As a JSON object");
    show->add_flag("--raw", options->raw, "The mail alone, as it came (its beginning, for 90 days)");
    show->final_callback(ask(show_report));
    auto* counts = command->add_subcommand("counts", "How many of which kind came on which day");
    counts->add_option("--days", options->days, "The last N days")->capture_default_str();
    counts->add_flag("--json", options->json, "One JSON object a line");
    counts->final_callback(ask(count_reports));
    auto* shares = command->add_subcommand(
        "shares", "Bounces and complaints as shares of each mailing and provider, beside providers' limits");
    shares->add_option("--days", options->days, "Mailings of the last N days")->capture_default_str();
    shares->add_option("--mailings", options->mailings, "At most the newest N")->capture_default_str();
    shares->add_flag("--json", options->json, "One JSON object a line");
    shares->final_callback(ask(print_shares));
}

}  // namespace paperround::daemon
