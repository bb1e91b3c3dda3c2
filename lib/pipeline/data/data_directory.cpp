#include "pipeline/data/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tuple>

#include "audience/audience_store.hpp"
#include "base/text.hpp"
#include "pipeline/data/data_safety.hpp"
#include "post/post_store.hpp"
#include "queue/admin/action_log.hpp"
#include "queue/store/attempt_store.hpp"
#include "queue/store/queue_schema.hpp"

namespace paperround::pipeline {

namespace {

void make_directory(const std::filesystem::path& data_dir) {
    if (std::filesystem::is_directory(data_dir)) return;
    if (data_dir.has_parent_path()) std::filesystem::create_directories(data_dir.parent_path());
    if (::mkdir(data_dir.c_str(), 0700) != 0 && errno != EEXIST) {
        throw std::filesystem::filesystem_error("cannot make the data directory", data_dir,
                                                std::error_code(errno, std::generic_category()));
    }
}

std::string holder_of(const Descriptor& file) {
    char buffer[64];
    const ssize_t length = ::pread(file.get(), buffer, sizeof buffer, 0);
    return length > 0 ? std::string(trim({buffer, static_cast<std::size_t>(length)})) : "unknown";
}

// Names the lock's holder for others. A failure is ignored: a full disk must not keep the daemon from
// running.
void write_holder(const Descriptor& file) {
    const std::string holder = fmt::format("{}\n", ::getpid());
    if (::ftruncate(file.get(), 0) != 0) return;
    const auto written = ::pwrite(file.get(), holder.data(), holder.size(), 0);
    // A part of the number would name another process.
    if (written != static_cast<ssize_t>(holder.size())) std::ignore = ::ftruncate(file.get(), 0);
}

// "; it belongs to root, and this is run by paperround: …", if that explains why the path cannot be used.
std::string whose(const std::filesystem::path& path) {
    struct stat status {};
    std::string_view what = "it";
    if (::stat(path.c_str(), &status) != 0) {
        what = "its folder";
        if (::stat(path.parent_path().c_str(), &status) != 0) return {};
    }
    if (status.st_uid == ::geteuid()) return {};
    return fmt::format("; {} belongs to {}, and this is run by {}: chown it", what, user_name(status.st_uid),
                       user_name(::geteuid()));
}

LockError cannot(std::string_view doing, const std::filesystem::path& path, int reason) {
    return {LockError::Code::not_to_be_had, std::error_code(reason, std::generic_category()),
            fmt::format("{}: cannot {}: {}{}", path.string(), doing, std::strerror(reason), whose(path))};
}

// Returns zero or errno.
int lock(const Descriptor& file) {
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

// Some network file systems have no locks.
LockError cannot_lock(const std::filesystem::path& path, int reason) {
    if (reason != ENOLCK && reason != EOPNOTSUPP && reason != ENOSYS && reason != EINVAL)
        return cannot("lock", path, reason);
    return {
        LockError::Code::not_offered, std::error_code(reason, std::generic_category()),
        fmt::format("{}: this file system offers no locks ({}): data_dir has to be on one that does, a local "
                    "disk for instance",
                    path.string(), std::strerror(reason))};
}

}  // namespace

db::Database open_database(const std::filesystem::path& data_dir) {
    make_directory(data_dir);
    if (const std::string problem = emptiness_of(data_dir); !problem.empty())
        throw db::Error(db::Error::Code::emptied, problem);
    auto database = db::Database::open(data_dir / "paperround.db");
    post::PostStore::migrate(database);
    audience::AudienceStore::migrate(database);
    queue::migrate_queue(database);
    queue::ActionLog::migrate(database);
    return database;
}

Result<std::string, audience::SecretKeyError> secret_key(const std::filesystem::path& data_dir,
                                                         Random& random) {
    std::error_code unknown;
    const auto key = data_dir / "secret.key";
    if (!std::filesystem::exists(key, unknown)) {
        auto database = open_database(data_dir);
        if (queue::AttemptStore(database).anything_sent()) return failure(audience::lost_secret_key(key));
    }
    return audience::load_or_create_secret_key(data_dir, random);
}

Result<std::vector<std::string>, audience::SecretKeyError> secret_keys(const std::filesystem::path& data_dir,
                                                                       Random& random) {
    auto key = secret_key(data_dir, random);
    if (!key) return failure(std::move(key.error()));
    auto old = audience::load_old_secret_keys(data_dir);
    if (!old) return failure(std::move(old.error()));
    std::vector<std::string> keys{std::move(*key)};
    keys.insert(keys.end(), old->begin(), old->end());
    return keys;
}

std::string emptiness_of(const std::filesystem::path& data_dir) {
    const auto file = data_dir / "paperround.db";
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > 0) return {};
    std::error_code unknown;
    if (!std::filesystem::exists(data_dir / "secret.key", unknown)) return {};
    return fmt::format(
        "database {}: it is empty, and secret.key beside it has been in use: readers and all that was sent "
        "are gone from it. Restore a backup of it; to begin anew, remove the empty file",
        file.string());
}

Result<DataDirectoryLock, LockError> DataDirectoryLock::acquire(const std::filesystem::path& data_dir) {
    make_directory(data_dir);
    const auto path = data_dir / "lock";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.open()) return failure(cannot("open", path, errno));
    const int refused = lock(file);
    if (refused != 0 && refused != EWOULDBLOCK) return failure(cannot_lock(path, refused));
    Descriptor folder(::open(data_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Some network file systems lock files but not folders: there the file's lock has to suffice.
    if (refused == EWOULDBLOCK || lock(folder) == EWOULDBLOCK) {
        return failure(LockError{LockError::Code::held,
                                 {},
                                 fmt::format("{}: another daemon runs on this data directory (process {})",
                                             data_dir.string(), holder_of(file))});
    }
    write_holder(file);
    return DataDirectoryLock(std::move(file), std::move(folder));
}

}  // namespace paperround::pipeline
