// `explain`: why somebody got a mailing, or did not.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/text/terminal_text.hpp"
#include "control/reader/explanation.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

struct ExplainOptions {
    std::string address;
    std::optional<std::int64_t> mailing;
    bool json = false;
};

std::string_view heading_of(control::Got got) {
    switch (got) {
        case control::Got::yes:
            return "got it";
        case control::Got::no:
            return "did not get it";
        case control::Got::not_yet:
            return "not yet";
        case control::Got::perhaps:
            return "may have got it";
    }
    return "";
}

void print_explanation(const control::Explanation& explanation, Time now) {
    constexpr std::size_t indent = 2;
    constexpr std::size_t when = 25;  // with the year and the zone
    const std::size_t width = terminal_width();
    if (explanation.mailing) {
        fmt::print("mailing {} of {} (\"{}\"): {}\n", *explanation.mailing, explanation.newsletter,
                   terminal_text(explanation.title), heading_of(explanation.got));
    } else {
        fmt::print("{}\n", explanation.newsletter);
    }
    fmt::print("  {}\n", wrapped(terminal_text(explanation.words), width - indent, indent));
    for (const control::Evidence& one : explanation.evidence) {
        fmt::print("  {}{}\n", padded(one.at ? local_text(*one.at, now) : "", when),
                   wrapped(terminal_text(one.words), width - indent - when, indent + when));
    }
}

int explain_reader(control::Desk& desk, const ExplainOptions& options) {
    const auto explanations = control::explain(desk, options.address, options.mailing);
    if (!explanations) return tell(explanations.error());
    for (const control::Explanation& explanation : *explanations) {
        if (options.json) {
            fmt::print("{}\n", control::to_json(explanation, options.address));
        } else {
            print_explanation(explanation, desk.now());
        }
    }
    return EX_OK;
}

}  // namespace

void add_explain_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("explain", "Why somebody got a mailing, did not get it, or not yet");
    auto options = std::make_shared<ExplainOptions>();
    command->add_option("address", options->address, "Whose mail")->required();
    command->add_option("mailing", options->mailing,
                        "Its number; without it: the next of each newsletter, and its newest five");
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return at_desk(invocation,
                           [&options](control::Desk& desk) { return explain_reader(desk, *options); });
        };
    });
}

}  // namespace paperround::daemon
