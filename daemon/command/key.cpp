// `key`: what signs the links in mails.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "control/signing_key.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"

namespace paperround::daemon {

namespace {

int rotate_key(control::Desk& desk) {
    SystemRandom random;
    const auto rotated = control::rotate_key(desk, random);
    if (!rotated) return tell(rotated.error());
    fmt::print(
        "A new key signs links; those of {} old {} stay valid. Reload the daemon: it takes the key up then.\n",
        rotated->old_keys, rotated->old_keys == 1 ? "key" : "keys");
    return EX_OK;
}

}  // namespace

void add_key_command(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("key", "What signs the links in mails: rotate");
    command->require_subcommand(1);
    auto* rotating = command->add_subcommand("rotate", "Sign with a new key; links in old mails stay valid");
    rotating->callback(
        [&invocation] { invocation.run = [&invocation] { return at_desk(invocation, rotate_key); }; });
}

}  // namespace paperround::daemon
