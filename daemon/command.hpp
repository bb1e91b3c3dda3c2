// What the commands share. Each file of daemon/command adds its subcommand to the parser, and stores in
// Invocation what to run.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"

namespace CLI {
class App;
}

namespace paperround::daemon {

struct Invocation {
    std::filesystem::path config_file;
    std::function<int()> run;
};

void add_run_command(CLI::App& app, Invocation& invocation);
void add_check_command(CLI::App& app, Invocation& invocation);
void add_feed_command(CLI::App& app, Invocation& invocation);
void add_sources_command(CLI::App& app, Invocation& invocation);
void add_posts_command(CLI::App& app, Invocation& invocation);
void add_preview_command(CLI::App& app, Invocation& invocation);
void add_check_email_command(CLI::App& app, Invocation& invocation);
void add_mailings_command(CLI::App& app, Invocation& invocation);
void add_subscribers_command(CLI::App& app, Invocation& invocation);
void add_suppressions_command(CLI::App& app, Invocation& invocation);
void add_queue_command(CLI::App& app, Invocation& invocation);
// Adds flush, hold, release and drop below `queue`.
void add_queue_verbs(CLI::App& queue, Invocation& invocation);
void add_relays_command(CLI::App& app, Invocation& invocation);
void add_log_command(CLI::App& app, Invocation& invocation);
void add_explain_command(CLI::App& app, Invocation& invocation);
void add_actions_command(CLI::App& app, Invocation& invocation);
void add_bounce_command(CLI::App& app, Invocation& invocation);
void add_reports_command(CLI::App& app, Invocation& invocation);
void add_links_command(CLI::App& app, Invocation& invocation);
void add_key_command(CLI::App& app, Invocation& invocation);
void add_dkim_key_command(CLI::App& app, Invocation& invocation);

// Reads the settings of the invocation's file and prints one line for each problem. The failure is the exit
// code: EX_CONFIG, or EX_TEMPFAIL if the only problems are things that may appear later.
[[nodiscard]] Result<config::Settings, int> read_settings(const Invocation& invocation);

// Reads the settings of the invocation's file and prints one line for each problem. With a problem it returns
// nothing: the command then ends with EX_CONFIG.
[[nodiscard]] std::optional<config::Settings> load_settings(const Invocation& invocation);

// Prints why output failed, from errno.
void tell_unwritable_output();

// The folder of the templates that came with the program: in the source tree for a build, or where `cmake
// --install` put them.
[[nodiscard]] std::filesystem::path installed_templates();

}  // namespace paperround::daemon
