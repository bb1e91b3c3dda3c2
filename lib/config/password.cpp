#include <fmt/format.h>

#include "base/environment.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/loader.hpp"

namespace paperround::config {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t longest_password = 4096;

// The loader has made the path absolute; only settings made by hand come with a relative one.
fs::path locate(const fs::path& file) {
    std::error_code ignored;
    const auto credentials = environment("CREDENTIALS_DIRECTORY");
    if (credentials && fs::exists(fs::path(*credentials) / file, ignored))
        return fs::path(*credentials) / file;
    return file;
}

}  // namespace

Result<std::string, std::string> read_password(const Relay& relay) {
    const fs::path file = locate(relay.password_file);
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) {
        return failure(fmt::format("relay {}: there is no password file {}", relay.name, file.string()));
    }
    if (status.type() != fs::file_type::regular) {
        return failure(fmt::format("relay {}: {} is not a regular file", relay.name, file.string()));
    }
    if ((status.permissions() & fs::perms::others_read) != fs::perms::none) {
        return failure(
            fmt::format("relay {}: everybody can read {}: chmod 600 it", relay.name, file.string()));
    }
    auto content = read_file(file, longest_password);
    if (!content) return failure(fmt::format("relay {}: {}", relay.name, content.error().message));
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    if (content->empty()) return failure(fmt::format("relay {}: {} is empty", relay.name, file.string()));
    if (has_control_characters(*content)) {
        return failure(fmt::format("relay {}: {} holds more than one line, or control characters", relay.name,
                                   file.string()));
    }
    return std::move(*content);
}

}  // namespace paperround::config
