// `bounce read`: what a mail that came back means.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "base/text/terminal_text.hpp"
#include "control/bounce_reading.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"

namespace paperround::daemon {

namespace {

struct BounceOptions {
    std::string file;
    bool json = false;
};

// Without a configuration nothing can be proved, and everything can be read.
std::optional<control::BounceReading> reading_of(const Invocation& invocation, bool named) {
    std::error_code unknown;
    if (!named && !std::filesystem::exists(invocation.config_file, unknown)) return control::BounceReading();
    const auto settings = load_settings(invocation);
    if (!settings) return std::nullopt;
    return control::BounceReading(*settings);
}

void print(const std::vector<control::ReadReport>& reports, bool json) {
    Listing listing({"KIND", "CLASS", "REASON", "STATUS", "RECIPIENT", "MAILING", "DIAGNOSTIC"});
    for (const control::ReadReport& each : reports) {
        if (json) fmt::print("{}\n", control::to_json(each));
        const std::string code = each.report.code == 0 ? std::string() : std::to_string(each.report.code);
        listing.add(
            {std::string(bounce::to_string(each.report.kind)), std::string(bounce::to_string(each.report.of)),
             std::string(bounce::reason_name(each.report)),
             each.report.status.empty() ? code : each.report.status, each.report.recipient,
             each.delivery ? fmt::format("{} {}", each.delivery->newsletter, each.delivery->mailing) : "",
             each.report.diagnostic});
    }
    if (!json) fmt::print("{}", listing.text(terminal_width()));
}

int read_bounce(const Invocation& invocation, const BounceOptions& options, bool config_named) {
    auto reading = reading_of(invocation, config_named);
    if (!reading) return EX_CONFIG;
    for (const std::string& warning : reading->warnings()) fmt::print(stderr, "paperround: {}\n", warning);
    const auto octets = read_file(options.file == "-" ? "/dev/stdin" : options.file, bounce::message_limit);
    const std::string name = options.file == "-" ? "standard input" : terminal_text(options.file);
    if (!octets && octets.error().code != FileError::Code::too_large) {
        fmt::print(stderr, "paperround: {}\n", terminal_text(octets.error().message));
        return EX_NOINPUT;
    }
    const auto reports = octets ? reading->read(*octets) : failure(bounce::ReadError::too_large);
    if (!reports) {
        fmt::print(stderr, "paperround: {}: {}\n", name, bounce::to_string(reports.error()));
        return EX_DATAERR;
    }
    print(*reports, options.json);
    return EX_OK;
}

}  // namespace

void add_bounce_command(CLI::App& app, Invocation& invocation) {
    auto* command =
        app.add_subcommand("bounce", "What came back by mail: bounces, complaints, automatic replies");
    command->require_subcommand(1);
    auto options = std::make_shared<BounceOptions>();
    auto* reading = command->add_subcommand("read", "Say what a message means, a line for each recipient");
    reading->add_option("file", options->file, "The message (RFC 5322); - for standard input")->required();
    reading->add_flag("--json", options->json, "One JSON object a line");
    reading->callback([&app, &invocation, options] {
        invocation.run = [&app, &invocation, options] {
            return read_bounce(invocation, *options, app.count("--config") > 0);
        };
    });
}

}  // namespace paperround::daemon
