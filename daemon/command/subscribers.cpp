// `subscribers`: who reads a newsletter.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <fstream>
#include <iostream>

#include "base/text.hpp"
#include "base/text/terminal_text.hpp"
#include "control/newsletter_choice.hpp"
#include "control/reader/erasure.hpp"
#include "control/readers.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/live_line.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

struct Options {
    std::string newsletter;
    control::NewReader reader;
    control::ReaderFilter filter;
    std::string file;
    std::string from;
    std::vector<std::string> tags;  // "+beta", "-new"
    std::string person;             // an address; empty: a newsletter's list is meant
    bool again = false;
    bool json = false;

    [[nodiscard]] audience::Again whether_again() const {
        return again ? audience::Again::yes : audience::Again::no;
    }
};

// What every subcommand works with.
struct List {
    control::Desk& desk;
    const config::Newsletter& newsletter;
    control::Readers readers{desk, newsletter};
};

int add(List& list, const Options& options) {
    control::NewReader reader = options.reader;
    reader.again = options.whether_again();
    reader.source = "command line";
    const auto added = list.readers.add(reader);
    if (!added) {
        const bool left = added.error().code == control::Refusal::Code::left_before;
        return tell({added.error().code,
                     added.error().message + (left ? "; with --again, if the reader asked for it" : "")});
    }
    if (added->was_there) {
        fmt::print("{} read {} already; brought up to date\n", added->address, list.newsletter.name);
    } else {
        fmt::print("{} reads {}\n", added->address, list.newsletter.name);
    }
    return EX_OK;
}

// How many rows there are is not known before they are read: their part of the file tells.
void show(LiveLine& line, const audience::ImportProgress& progress, std::uint64_t size) {
    const double part = size == 0 ? 0 : static_cast<double>(progress.octets) / static_cast<double>(size);
    const double rows = part > 0 ? static_cast<double>(progress.rows) / part : 0;
    line.show(progress.rows, static_cast<std::uint64_t>(rows), "rows");
}

// What the import tells goes to standard error. The options and the line outlive it.
control::ListImport list_import(const Options& options, LiveLine& line, std::uint64_t size) {
    return {.file_name = std::filesystem::path(options.file).filename().string(),
            .from = options.from,
            .again = options.whether_again(),
            .on_rejected =
                [&options, &line](const audience::Rejected& rejected) {
                    line.clear();
                    fmt::print(stderr, "{}:{}: {}{}{}\n", options.file, rejected.line, rejected.address,
                               rejected.address.empty() ? "" : ": ", rejected.reason);
                },
            .on_progress = [&line,
                            size](const audience::ImportProgress& progress) { show(line, progress, size); },
            .on_note =
                [&options, &line](std::string_view words) {
                    line.clear();
                    fmt::print(stderr, "{}: {}\n", options.file, words);
                }};
}

void print_report(const audience::ImportReport& report) {
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

int import(List& list, const Options& options) {
    std::ifstream file;
    const bool from_stdin = options.file == "-";
    if (!from_stdin) file.open(options.file, std::ios::binary);
    if (!from_stdin && !file) {
        fmt::print(stderr, "paperround: {}: cannot open: {}\n", options.file, std::strerror(errno));
        return EX_NOINPUT;
    }
    std::error_code unknown_size;
    const auto size = from_stdin ? 0 : std::filesystem::file_size(options.file, unknown_size);
    auto line = LiveLine::on_terminal(list.desk.clock(), std::chrono::seconds(2));
    const auto report = list.readers.import(from_stdin ? std::cin : file,
                                            list_import(options, line, unknown_size ? 0 : size));
    line.clear();
    if (!report) {
        const bool in_the_file = report.error().code == control::Refusal::Code::bad_content;
        return tell(
            {report.error().code, (in_the_file ? options.file : "--from") + ": " + report.error().message});
    }
    if (options.json) {
        fmt::print("{}\n", control::to_json(*report));
    } else {
        print_report(*report);
    }
    return report->rejected == 0 ? EX_OK : EX_DATAERR;
}

int tell_of_filter(const control::Refusal& refusal) {
    return tell({refusal.code, "--state: " + refusal.message});
}

int print_list(List& list, const Options& options) {
    const std::size_t width = terminal_width();
    std::uint64_t count = 0;
    const auto listed = list.readers.list(options.filter, [&](const audience::Member& member) {
        ++count;
        if (options.json) {
            fmt::print("{}\n", control::to_json(member, list.newsletter.name));
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
    if (!listed) return tell_of_filter(listed.error());
    if (!options.json)
        fmt::print(stderr, "{} {}\n", with_thousands(count), count == 1 ? "subscriber" : "subscribers");
    return EX_OK;
}

void print_consent(const audience::JoinRequest& consent, Time now) {
    fmt::print("asked       {}, by {}, from {}\n", local_text(consent.asked_at, now),
               terminal_text(consent.form),
               consent.network.empty() ? "a network that is not known" : consent.network);
    fmt::print("confirmed   {}\n",
               consent.confirmed_at ? local_text(*consent.confirmed_at, now) : "never: no mail asked for it");
}

// What else is known of him.
void print_history(const control::ReaderView& view, Time now) {
    for (const auto& [name, member] : view.elsewhere) {
        fmt::print("also        {}: {} since {}, {}\n", terminal_text(name),
                   audience::to_string(member.state), local_text(member.ended_at.value_or(member.since), now),
                   terminal_text(member.source));
    }
    for (const audience::JoinRequest& request : view.requests) {
        fmt::print("request     {}: {}, {}{}\n", local_text(request.asked_at, now),
                   terminal_text(request.newsletter), request.confirmed_at ? "confirmed" : "not confirmed",
                   request.reply.empty() ? "" : ", " + terminal_text(request.reply));
    }
    for (const queue::Action& action : view.actions) {
        fmt::print("action      {}: {} by {}: {}\n", local_text(action.at, now), action.action,
                   terminal_text(action.actor), terminal_text(action.result));
    }
}

int show(List& list, const Options& options) {
    const auto view = list.readers.show(options.reader.address);
    if (!view) return tell(view.error());
    const auto& [member, suppression, consent, elsewhere, requests, actions, series] = *view;
    if (options.json) {
        fmt::print("{}\n", control::to_json(*view, list.newsletter.name));
        return EX_OK;
    }
    const Time now = list.desk.now();
    fmt::print("address     {}\nname        {}\nnewsletter  {}\nstate       {}\nsince       {}\n",
               terminal_text(member.subscriber.address), terminal_text(member.subscriber.name),
               list.newsletter.name, audience::to_string(member.state), local_text(member.since, now));
    if (member.ended_at) fmt::print("ended       {}\n", local_text(*member.ended_at, now));
    if (!member.reason.empty()) fmt::print("reason      {}\n", terminal_text(member.reason));
    fmt::print("source      {}\n", terminal_text(member.source));
    for (const auto& [name, value] : member.subscriber.attributes)
        fmt::print("attribute   {} = {}\n", terminal_text(name), terminal_text(value));
    if (!member.subscriber.tags.empty())
        fmt::print("tags        {}\n",
                   terminal_text(fmt::format("{}", fmt::join(member.subscriber.tags, ", "))));
    if (consent) print_consent(*consent, now);
    if (series) {
        for (const audience::SeriesCopy& copy : series->copies)
            fmt::print("welcome     {}: {}, mailing {}\n", local_text(copy.made_at, now),
                       terminal_text(copy.letter), copy.mailing_id);
        fmt::print("welcome     {}\n", control::words_of(*series));
    }
    if (suppression)
        fmt::print("suppressed  {}: {}\n", suppression->reason, terminal_text(suppression->evidence));
    print_history(*view, now);
    return EX_OK;
}

int tag(List& list, const Options& options) {
    const auto tags = list.readers.tag(options.reader.address, options.tags);
    if (!tags) return tell(tags.error());
    fmt::print("{}: {}\n", options.reader.address,
               tags->empty() ? "no tags" : terminal_text(fmt::format("{}", fmt::join(*tags, ", "))));
    return EX_OK;
}

int remove(List& list, const Options& options) {
    const auto removed = list.readers.remove(options.reader.address);
    if (!removed) return tell(removed.error());
    fmt::print("{} no longer reads {}; what waited is cancelled\n", options.reader.address,
               list.newsletter.name);
    return EX_OK;
}

int forget(control::Desk& desk, const Options& options) {
    SystemRandom random;
    const auto receipt = control::forget(desk, random, options.reader.address);
    if (!receipt) return tell(receipt.error());
    if (options.json) {
        fmt::print("{}\n", control::to_json(*receipt));
        return EX_OK;
    }
    fmt::print("forgotten at {}\nin the log   {}\n", local_text(receipt->at, desk.now()), receipt->label);
    fmt::print("erased       {}{} subscriptions, {} requests to join{}\n",
               receipt->was_reader ? "name, attributes, " : "", receipt->subscriptions, receipt->requests,
               receipt->was_suppressed ? ", the suppression with its reason" : "");
    fmt::print("cancelled    {} waiting deliveries\n", receipt->cancelled);
    fmt::print(
        "kept         {} deliveries with their codes, without the address; a hash, so that he stays away\n",
        receipt->deliveries);
    fmt::print(
        stderr,
        "Not within reach: backups, the system's journal, and lists that were exported. They are yours to "
        "erase.\n");
    return EX_OK;
}

int export_person(control::Desk& desk, const Options& options) {
    const auto exported = control::export_person(desk, options.person, std::cout);
    if (!exported) return tell(exported.error());
    if (std::cout.flush()) return EX_OK;
    tell_unwritable_output();
    return EX_IOERR;
}

int export_to_stdout(List& list, const Options& options) {
    const auto exported = list.readers.export_to(std::cout, options.filter);
    if (!exported) return tell_of_filter(exported.error());
    if (exported->provisional != 0) {
        fmt::print(
            stderr,
            "paperround: {} suppressions are left out: the mailings that made them are still under way, and "
            "may undo them\n",
            with_thousands(exported->provisional));
    }
    if (std::cout.flush()) return EX_OK;
    tell_unwritable_output();
    return EX_IOERR;
}

class Subcommands {
  public:
    Subcommands(CLI::App& parent, Invocation& invocation)
        : parent_(parent), invocation_(invocation), options_(std::make_shared<Options>()) {}

    CLI::App& add(const std::string& name, const std::string& help, int (*work)(List&, const Options&)) {
        return add(name, help, work, [](control::Desk&, const Options&) { return EX_USAGE; });
    }
    // `of_all` is asked where the options name a person, whatever he reads.
    CLI::App& add(const std::string& name, const std::string& help, int (*work)(List&, const Options&),
                  int (*of_all)(control::Desk&, const Options&)) {
        auto* command = parent_.add_subcommand(name, help);
        command->callback([&invocation = invocation_, options = options_, work, of_all, command] {
            options->tags = command->remaining();
            invocation.run = [&invocation, options, work, of_all] {
                return at_desk(invocation, [&options, work, of_all](control::Desk& desk) {
                    if (work == nullptr || !options->person.empty()) return of_all(desk, *options);
                    const auto newsletter = control::choose_newsletter(desk.settings(), options->newsletter);
                    if (!newsletter) return tell(newsletter.error());
                    List list{desk, **newsletter};
                    return work(list, *options);
                });
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
    auto* command = app.add_subcommand(
        "subscribers", "Who reads a newsletter: add, import, export, list, show, remove, forget");
    command->require_subcommand(1);
    Subcommands commands(*command, invocation);
    Options& options = commands.options();

    auto& adding = commands.add("add", "Subscribe one address", add);
    adding.add_option("address", options.reader.address)->required();
    adding.add_option("-n,--newsletter", options.newsletter, which);
    adding.add_option("--name", options.reader.name, "The reader's name");
    adding.add_option("-a,--attribute", options.reader.attributes,
                      "name=value, for templates; may be repeated");
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

    auto& exporting =
        commands.add("export", "Write the whole list as CSV, for import; or all about one person",
                     export_to_stdout, export_person);
    exporting.add_option("newsletter", options.newsletter);
    exporting.add_option("--person", options.person,
                         "Instead: everything that is stored of this address, as a JSON object");
    exporting.add_option("--state", options.filter.state,
                         "active, left or removed; all where it is left out");

    auto& listing = commands.add("list", "List readers", print_list);
    listing.add_option("newsletter", options.newsletter);
    listing.add_option("--state", options.filter.state, "active, left or removed");
    listing.add_option("--matching", options.filter.text, "Part of the address or name");
    listing.add_flag("--json", options.json, "One JSON object a line");

    auto& showing = commands.add("show", "Everything about one reader", show);
    showing.add_option("address", options.reader.address)->required();
    showing.add_option("-n,--newsletter", options.newsletter, which);
    showing.add_flag("--json", options.json, "One JSON object");

    auto& tagging = commands.add("tag", "Give a reader tags, or take them: +beta -new", tag);
    tagging.add_option("address", options.reader.address)->required();
    // What begins with a dash is a tag here, not an option.
    tagging.set_help_flag("--help", "Print this help message and exit");
    tagging.prefix_command();

    auto& forgetting = commands.add(
        "forget", "Erase everything about a person; a hash of the address stays, so that he stays away",
        nullptr, forget);
    forgetting.add_option("address", options.reader.address)->required();
    forgetting.add_flag("--json", options.json, "The receipt as a JSON object");

    auto& removing = commands.add("remove", "End a subscription and cancel what waits for it", remove);
    removing.add_option("address", options.reader.address)->required();
    removing.add_option("-n,--newsletter", options.newsletter, which);
}

}  // namespace paperround::daemon
