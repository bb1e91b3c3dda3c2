#include "daemon/program.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "base/text.hpp"
#include "base/text/terminal_text.hpp"
#include "config/loader.hpp"
#include "daemon/command.hpp"
#include "daemon/failure.hpp"

namespace paperround::daemon {

namespace {

constexpr const char* description =
    "Paperround delivers newsletters: it polls feeds and folders for new posts, renders each into\n"
    "an email and sends it to the subscribers through an SMTP relay, with every attempt on record.";

void add_version_command(CLI::App& app, Invocation& invocation) {
    app.add_subcommand("version", "Print the version")->callback([&invocation] {
        invocation.run = [] {
            fmt::print("paperround {}\n", PAPERROUND_VERSION);
            return EX_OK;
        };
    });
}

// What to say of a word that is no command where one was expected; empty where that is not what is wrong.
std::string unknown_command(const CLI::App& app) {
    const CLI::App* where = &app;
    while (!where->get_subcommands().empty()) where = where->get_subcommands().front();
    const auto commands = where->get_subcommands([](const CLI::App*) { return true; });
    const std::vector<std::string> words = where->remaining();
    const auto word =
        std::ranges::find_if(words, [](const std::string& each) { return !each.starts_with('-'); });
    if (commands.empty() || word == words.end()) return {};
    std::vector<std::string> names;
    names.reserve(commands.size());
    for (const CLI::App* command : commands) names.push_back(command->get_name());
    const std::string likely = nearest(*word, names);
    return fmt::format("paperround: there is no command \"{}\"{}{}\n", terminal_text(*word),
                       where == &app ? "" : " of " + where->get_name(),
                       likely.empty() ? fmt::format(": {}", fmt::join(names, ", "))
                                      : fmt::format(", did you mean \"{}\"?", likely));
}

// Every value that is converted is a number. CLI11 only says that it could not.
std::string no_number(const CLI::ParseError& error) {
    constexpr std::string_view said = "Could not convert: ";
    constexpr std::string_view between = " = ";
    const std::string words = error.what();
    const std::size_t at = words.find(between);
    if (!words.starts_with(said) || at == std::string::npos) return {};
    return fmt::format("paperround: {}: expected a number, got \"{}\"\n",
                       terminal_text(words.substr(said.size(), at - said.size())),
                       terminal_text(words.substr(at + between.size())));
}

int run_chosen(const Invocation& invocation) {
    try {
        return invocation.run();
    } catch (...) {
        const Ending ending = ending_of(std::current_exception());
        fmt::print(stderr, "paperround: {}\n", ending.words);
        return ending.status;
    }
}

}  // namespace

int run_program(int argc, const char* const* argv) {
    CLI::App app{description, "paperround"};
    Invocation invocation{.config_file = "/etc/paperround/config.yaml"};
    app.add_option("-c,--config", invocation.config_file, "The configuration file")->capture_default_str();
    app.set_version_flag("-V,--version", PAPERROUND_VERSION);
    app.require_subcommand(1);
    add_run_command(app, invocation);
    add_check_command(app, invocation);
    add_feed_command(app, invocation);
    add_sources_command(app, invocation);
    add_posts_command(app, invocation);
    add_preview_command(app, invocation);
    add_check_email_command(app, invocation);
    add_mailings_command(app, invocation);
    add_subscribers_command(app, invocation);
    add_suppressions_command(app, invocation);
    add_queue_command(app, invocation);
    add_relays_command(app, invocation);
    add_log_command(app, invocation);
    add_explain_command(app, invocation);
    add_actions_command(app, invocation);
    add_bounce_command(app, invocation);
    add_reports_command(app, invocation);
    add_links_command(app, invocation);
    add_key_command(app, invocation);
    add_dkim_key_command(app, invocation);
    add_version_command(app, invocation);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::string wrong = error.get_exit_code() == 0 ? "" : unknown_command(app);
        if (wrong.empty()) wrong = no_number(error);
        if (wrong.empty()) return app.exit(error) == 0 ? EX_OK : EX_USAGE;
        fmt::print(stderr, "{}", wrong);
        return EX_USAGE;
    }
    const int status = run_chosen(invocation);
    if (std::fflush(stdout) == 0) return status;
    tell_unwritable_output();
    return status == EX_OK ? EX_IOERR : status;
}

void tell_unwritable_output() {
    fmt::print(stderr, "paperround: standard output cannot be written: {}\n", std::strerror(errno));
}

Result<config::Settings, int> read_settings(const Invocation& invocation) {
    auto settings = config::load(invocation.config_file);
    if (settings) return std::move(*settings);
    for (const config::Problem& problem : settings.error()) fmt::print(stderr, "{}\n", problem.to_line());
    const bool passing = std::ranges::all_of(settings.error(), &config::Problem::passing);
    return failure(passing ? EX_TEMPFAIL : EX_CONFIG);
}

std::optional<config::Settings> load_settings(const Invocation& invocation) {
    auto settings = read_settings(invocation);
    return settings ? std::optional(std::move(*settings)) : std::nullopt;
}

std::filesystem::path installed_templates() {
    std::error_code unknown;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
    // Run from its build folder, it uses the source tree's templates: what one edits is what one sees.
    if (program.parent_path() == PAPERROUND_BUILD_DIR) return PAPERROUND_SOURCE_TEMPLATES;
    // Installed: beside it, wherever the prefix went (`cmake --install --prefix`), or where the build was
    // told.
    auto beside = program.parent_path().parent_path() / "share" / "paperround" / "templates";
    return std::filesystem::is_directory(beside, unknown) ? beside : PAPERROUND_INSTALLED_TEMPLATES;
}

}  // namespace paperround::daemon
