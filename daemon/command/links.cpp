// `links`: old mails' links of a system that was left.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/text.hpp"
#include "base/text/terminal_text.hpp"
#include "control/newsletter_choice.hpp"
#include "control/reader/link_import.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"

namespace paperround::daemon {

namespace {

struct LinkOptions {
    std::string newsletter;
    std::string file;
    std::string path;
    std::string column;
    bool json = false;
};

int import_links(control::Desk& desk, const LinkOptions& options) {
    const auto newsletter = control::choose_newsletter(desk.settings(), options.newsletter);
    if (!newsletter) return tell(newsletter.error());
    std::ifstream file;
    const bool from_stdin = options.file == "-";
    if (!from_stdin) file.open(options.file, std::ios::binary);
    if (!from_stdin && !file) {
        fmt::print(stderr, "paperround: {}: cannot open: {}\n", options.file, std::strerror(errno));
        return EX_NOINPUT;
    }
    const auto report = control::import_links(
        desk, **newsletter, from_stdin ? std::cin : file,
        {.file_name = std::filesystem::path(options.file).filename().string(),
         .path = options.path,
         .column = options.column,
         .on_rejected = [&options](std::uint64_t line, std::string_view reason) {
             fmt::print(stderr, "{}:{}: {}\n", options.file, line, terminal_text(reason));
         }});
    if (!report) return tell(report.error());
    if (options.json) {
        fmt::print("{}\n", control::to_json(*report));
    } else {
        fmt::print("{} rows: {} added, {} known before, {} of addresses that nobody here has, {} rejected\n",
                   with_thousands(report->rows), with_thousands(report->added), with_thousands(report->known),
                   with_thousands(report->strangers), with_thousands(report->rejected));
        fmt::print("Pass {} on to the daemon in your web server, and reload the daemon.\n", options.path);
    }
    return report->rejected == 0 ? EX_OK : EX_DATAERR;
}

}  // namespace

void add_links_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("links", "Old mails' links of a system that was left: import");
    command->require_subcommand(1);
    auto options = std::make_shared<LinkOptions>();
    auto* importing = command->add_subcommand(
        "import",
        "Let links to leave in mails of listmonk, Ghost, Mailchimp or another system go on working");
    importing->add_option("newsletter", options->newsletter, "Which they leave")->required();
    importing
        ->add_option("file", options->file, "CSV with the addresses and the old tokens; - for standard input")
        ->required();
    importing->add_option("--path", options->path, "Below which the links were: /subscription/")->required();
    importing->add_option("--column", options->column,
                          "Which has the tokens; where it is left out: token, uuid, euid …");
    importing->add_flag("--json", options->json, "The summary as a JSON object");
    importing->callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return at_desk(invocation,
                           [&options](control::Desk& desk) { return import_links(desk, *options); });
        };
    });
}

}  // namespace paperround::daemon
