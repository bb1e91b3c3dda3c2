#include "daemon/asking.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/environment.hpp"
#include "base/text/terminal_text.hpp"
#include "pipeline/data/data_safety.hpp"

namespace paperround::daemon {

std::string unix_user() {
    constexpr std::size_t longest_name = 64;
    const uid_t user = ::geteuid();
    const auto behind_sudo = user == 0 ? environment("SUDO_USER") : std::nullopt;
    if (!behind_sudo) return pipeline::user_name(user);
    return fmt::format("{} ({}, by sudo)", pipeline::user_name(user), behind_sudo->substr(0, longest_name));
}

int tell(const control::Refusal& refusal) {
    fmt::print(stderr, "paperround: {}\n", terminal_text(refusal.message));
    return control::exit_status(refusal.code);
}

}  // namespace paperround::daemon
