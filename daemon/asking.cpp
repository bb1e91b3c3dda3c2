#include "daemon/asking.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/terminal_text.hpp"

namespace paperround::daemon {

namespace {

std::string name_of(uid_t user) {
    std::array<char, 4096> space{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, space.data(), space.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return fmt::format("uid {}", user);
}

}  // namespace

std::string unix_user() {
    const uid_t user = ::geteuid();
    const char* behind_sudo = user == 0 ? std::getenv("SUDO_USER") : nullptr;
    return behind_sudo == nullptr ? name_of(user)
                                  : fmt::format("{} ({}, by sudo)", name_of(user), behind_sudo);
}

int tell(const control::Refusal& refusal) {
    fmt::print(stderr, "paperround: {}\n", terminal_text(refusal.message));
    return control::exit_status(refusal.code);
}

}  // namespace paperround::daemon
