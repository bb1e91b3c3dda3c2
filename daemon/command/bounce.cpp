// `bounce`: what a mail that came back means, and taking one from an MTA.
#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text/terminal_text.hpp"
#include "control/report/bounce_reading.hpp"
#include "control/report/bounce_taking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"

namespace paperround::daemon {

namespace {

constexpr std::string_view standard_input = "standard input";

struct BounceOptions {
    std::string file;
    std::string recipient;
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

void print_json(const std::vector<control::ReadReport>& reports) {
    for (const control::ReadReport& each : reports) fmt::print("{}\n", control::to_json(each));
}

void print_table(const std::vector<control::ReadReport>& reports) {
    Listing listing({"KIND", "CLASS", "REASON", "STATUS", "RECIPIENT", "MAILING", "DIAGNOSTIC"});
    for (const control::ReadReport& each : reports) {
        const std::string code = each.report.code == 0 ? std::string() : std::to_string(each.report.code);
        listing.add(
            {std::string(bounce::to_string(each.report.kind)), std::string(bounce::to_string(each.report.of)),
             std::string(bounce::reason_name(each.report)),
             each.report.status.empty() ? code : each.report.status, each.report.recipient,
             each.delivery ? fmt::format("{} {}", each.delivery->newsletter, each.delivery->mailing) : "",
             each.report.diagnostic});
    }
    fmt::print("{}", listing.text(terminal_width()));
}

int read_bounce(const Invocation& invocation, const BounceOptions& options, bool config_named) {
    auto reading = reading_of(invocation, config_named);
    if (!reading) return EX_CONFIG;
    for (const std::string& warning : reading->warnings()) fmt::print(stderr, "paperround: {}\n", warning);
    const bool piped = options.file == "-";
    // Standard input may be a socket, which has no name to open.
    const auto octets = piped ? read_beginning(STDIN_FILENO, bounce::message_limit + 1, standard_input)
                              : read_file(options.file, bounce::message_limit);
    const std::string name = piped ? std::string(standard_input) : terminal_text(options.file);
    if (!octets && octets.error().code != FileError::Code::too_large) {
        fmt::print(stderr, "paperround: {}\n", terminal_text(octets.error().message));
        return EX_NOINPUT;
    }
    const auto reports =
        octets ? reading->read(*octets, SystemClock().now()) : failure(bounce::ReadError::too_large);
    if (!reports) {
        fmt::print(stderr, "paperround: {}: {}\n", name, bounce::to_string(reports.error()));
        return EX_DATAERR;
    }
    if (options.json)
        print_json(*reports);
    else
        print_table(*reports);
    return EX_OK;
}

// Whatever goes wrong, the MTA is to keep the mail and to try again.
int take_bounce(const Invocation& invocation, const BounceOptions& options) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_TEMPFAIL;
    const auto mail = read_beginning(STDIN_FILENO, bounce::message_limit + 1, standard_input);
    if (!mail) {
        fmt::print(stderr, "paperround: {}\n", terminal_text(mail.error().message));
        return EX_TEMPFAIL;
    }
    // An MTA that cannot hand over all of a mail takes that for a failure.
    while (mail->size() > bounce::message_limit) {
        const auto rest = read_beginning(STDIN_FILENO, bounce::message_limit, standard_input);
        if (!rest || rest->empty()) break;
    }
    SystemRandom random;
    const auto taken = control::take_bounce(*settings, SystemClock(), random, *mail, options.recipient);
    if (taken) return EX_OK;
    fmt::print(stderr, "paperround: the mail is not taken: {}\n", terminal_text(taken.error()));
    return EX_TEMPFAIL;
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
    auto* taking = command->add_subcommand(
        "take",
        "Take a message from standard input, for an MTA's pipe: 0 where its effect is committed, 75 where it is to "
        "be handed over again");
    taking->add_option("--recipient", options->recipient, "Whom the MTA had the message for");
    taking->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return take_bounce(invocation, *options); };
    });
}

}  // namespace paperround::daemon
