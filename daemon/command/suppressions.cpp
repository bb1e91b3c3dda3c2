// `suppressions`: which addresses get no mail, and why.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/text.hpp"
#include "base/text/terminal_text.hpp"
#include "control/reader/suppression_list.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

struct SuppressionOptions {
    std::string address;
    std::string why;
    std::string matching;
    std::string file;
    bool json = false;
};

int list_suppressions(control::Desk& desk, const SuppressionOptions& options) {
    const Time now = desk.now();
    control::SuppressionList list(desk);
    std::uint64_t count = 0;
    list.list(options.matching, [&](const audience::Suppression& one) {
        ++count;
        if (options.json) {
            fmt::print("{}\n", control::to_json(one));
        } else {
            // Row by row with fixed columns: a list of 100 000 must not be held to be aligned.
            constexpr std::size_t indent = 4;
            const std::string row =
                padded(one.address_key, 40) + "  " + padded(one.reason, 12) + local_text(one.created_at, now);
            fmt::print("{}\n", shortened(terminal_text(row), terminal_width()));
            if (!one.evidence.empty())
                fmt::print("    {}\n",
                           wrapped(terminal_text(one.evidence), terminal_width() - indent, indent));
        }
        return std::ferror(stdout) == 0;
    });
    if (options.json) return EX_OK;
    fmt::print(stderr, "{} {}, and {} who had themselves forgotten, of whom only hashes are kept\n",
               with_thousands(count), count == 1 ? "address" : "addresses",
               with_thousands(list.count_forgotten()));
    return EX_OK;
}

int add_suppression(control::Desk& desk, const SuppressionOptions& options) {
    const auto added = control::SuppressionList(desk).add(options.address, options.why);
    if (!added) return tell(added.error());
    fmt::print("{} gets no mail any more; what waited is cancelled\n", options.address);
    return EX_OK;
}

int remove_suppression(control::Desk& desk, const SuppressionOptions& options) {
    const auto removed = control::SuppressionList(desk).remove(options.address);
    if (!removed) return tell(removed.error());
    fmt::print("{} is suppressed no more; it gets what it is subscribed to\n", options.address);
    return EX_OK;
}

int export_suppressions(control::Desk& desk, const SuppressionOptions& /*options*/) {
    control::SuppressionList(desk).export_to(std::cout);
    if (std::cout.flush()) return EX_OK;
    tell_unwritable_output();
    return EX_IOERR;
}

int import_suppressions(control::Desk& desk, const SuppressionOptions& options) {
    std::ifstream file;
    const bool from_stdin = options.file == "-";
    if (!from_stdin) file.open(options.file, std::ios::binary);
    if (!from_stdin && !file) {
        fmt::print(stderr, "paperround: {}: cannot open: {}\n", options.file, std::strerror(errno));
        return EX_NOINPUT;
    }
    SystemRandom random;
    const auto report = control::SuppressionList(desk).import(
        from_stdin ? std::cin : file, random,
        {.file_name = std::filesystem::path(options.file).filename().string(),
         .on_rejected = [&options](std::uint64_t line, std::string_view reason) {
             fmt::print(stderr, "{}:{}: {}\n", options.file, line, terminal_text(reason));
         }});
    if (!report) return tell({report.error().code, options.file + ": " + report.error().message});
    if (options.json) {
        fmt::print("{}\n", control::to_json(*report));
    } else {
        fmt::print("{} rows: {} added, {} known before, {} rejected; {} readers here are forgotten by it\n",
                   with_thousands(report->rows), with_thousands(report->added), with_thousands(report->known),
                   with_thousands(report->rejected), with_thousands(report->forgotten));
    }
    return report->rejected == 0 ? EX_OK : EX_DATAERR;
}

using SuppressionWork = int (*)(control::Desk&, const SuppressionOptions&);

}  // namespace

void add_suppressions_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand(
        "suppressions", "Addresses that get no mail, and why: list, add, remove, import, export");
    command->require_subcommand(1);
    auto options = std::make_shared<SuppressionOptions>();
    const auto add = [&](const std::string& name, const std::string& help, SuppressionWork work) {
        auto* verb = command->add_subcommand(name, help);
        verb->callback([&invocation, options, work] {
            invocation.run = [&invocation, options, work] {
                return at_desk(invocation,
                               [&options, work](control::Desk& desk) { return work(desk, *options); });
            };
        });
        return verb;
    };
    auto* list = add("list", "By address, with the reason and who says so", list_suppressions);
    list->add_option("--matching", options->matching, "Part of the address");
    list->add_flag("--json", options->json, "One JSON object a line");
    auto* adding =
        add("add", "Send this address nothing, of any newsletter; what waits is cancelled", add_suppression);
    adding->add_option("address", options->address)->required();
    adding->add_option("why", options->why, "Kept with it, beside your name")->required();
    auto* removing =
        add("remove", "Lift it, or let somebody who was forgotten be added again", remove_suppression);
    removing->add_option("address", options->address)->required();
    auto* importing =
        add("import", "Take over a list: CSV with email, or what export wrote", import_suppressions);
    importing->add_option("file", options->file, "CSV, UTF-8; - for standard input")->required();
    importing->add_flag("--json", options->json, "The summary as a JSON object");
    add("export", "Write them all as CSV, and of who was forgotten hash and salt", export_suppressions);
}

}  // namespace paperround::daemon
