#include "pipeline/data/data_safety.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string_view>

namespace paperround::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::array database_files{"paperround.db", "paperround.db-wal", "paperround.db-shm"};
constexpr unsigned private_mode = 0600;

bool look_at(const fs::path& path, struct stat& status) {
    return ::stat(path.c_str(), &status) == 0;
}

// All files that the daemon opens there: the database, the key, the lock, the mark of a run, the relays'
// tokens.
void each_file(const fs::path& data_dir, const std::function<void(const fs::path&)>& visit) {
    std::error_code ended;
    for (fs::directory_iterator at(data_dir, ended), end; !ended && at != end; at.increment(ended)) {
        const std::string name = at->path().filename().string();
        if (name.starts_with("paperround.db") || name == "secret.key" || name == "secret.key.old" ||
            name == "lock" || name == "running" || name.starts_with("oauth-"))
            visit(at->path());
    }
}

std::vector<fs::path> exposed(const fs::path& data_dir) {
    std::vector<fs::path> found;
    for (const char* name : database_files) {
        struct stat status {};
        if (look_at(data_dir / name, status) && (status.st_mode & S_IRWXO) != 0)
            found.push_back(data_dir / name);
    }
    return found;
}

}  // namespace

std::string danger_of(const fs::path& data_dir) {
    struct stat status {};
    if (!look_at(data_dir, status)) return {};
    if (!S_ISDIR(status.st_mode)) return fmt::format("data_dir {} is not a folder", data_dir.string());
    if ((status.st_mode & S_IWOTH) == 0) return {};
    return fmt::format(
        "{}: everybody may write into the data directory (mode {:04o}), and put a key or a database of their "
        "own "
        "there: chmod 750 it",
        data_dir.string(), status.st_mode & 07777U);
}

std::vector<std::string> closed_files_of(const fs::path& data_dir) {
    std::vector<std::string> lines;
    each_file(data_dir, [&](const fs::path& file) {
        if (::access(file.c_str(), R_OK | W_OK) == 0 || errno != EACCES) return;
        struct stat status {};
        const bool known = look_at(file, status);
        lines.push_back(
            known && status.st_uid != ::geteuid()
                ? fmt::format("{}: belongs to {}, and this is run by {}, who may not use it: chown it",
                              file.string(), user_name(status.st_uid), user_name(::geteuid()))
                : fmt::format("{}: may not be read and written (mode {:04o}): chmod 600 it", file.string(),
                              status.st_mode & 07777U));
    });
    return lines;
}

std::vector<std::string> foreign_files_of(const fs::path& data_dir) {
    struct stat folder {};
    std::vector<std::string> lines;
    if (!look_at(data_dir, folder)) return lines;
    each_file(data_dir, [&](const fs::path& file) {
        struct stat status {};
        if (!look_at(file, status) || status.st_uid == folder.st_uid) return;
        lines.push_back(fmt::format(
            "{}: belongs to {}, the data directory to {}: chown {} it, or the service "
            "cannot use it",
            file.string(), user_name(status.st_uid), user_name(folder.st_uid), user_name(folder.st_uid)));
    });
    return lines;
}

std::vector<std::string> exposed_files_of(const fs::path& data_dir) {
    std::vector<std::string> lines;
    for (const fs::path& file : exposed(data_dir))
        lines.push_back(fmt::format(
            "{}: everybody can read it, and readers' addresses stand there: chmod 600 it", file.string()));
    return lines;
}

std::vector<std::string> tighten_files_of(const fs::path& data_dir) {
    std::vector<std::string> lines;
    for (const fs::path& file : exposed(data_dir)) {
        lines.push_back(
            ::chmod(file.c_str(), private_mode) == 0
                ? fmt::format(
                      "{}: everybody could read it, as a restored backup often is; it is private again",
                      file.string())
                : fmt::format("{}: everybody can read it, and it cannot be made private: {}", file.string(),
                              std::strerror(errno)));
    }
    return lines;
}

std::string user_name(unsigned user) {
    char buffer[4096];
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(user, &entry, buffer, sizeof buffer, &found);
    return found == nullptr ? fmt::format("user {}", user) : std::string(entry.pw_name);
}

}  // namespace paperround::pipeline
