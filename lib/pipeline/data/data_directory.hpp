// The data directory of one daemon: the database, the secret key, and the lock that keeps a second daemon
// out.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "audience/secret_key.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "db/database.hpp"

namespace paperround::pipeline {

// Makes the directory if it is missing (mode 0700), opens the database in it and brings its tables up to
// date. Throws db::Error (`emptied`: see emptiness_of) or std::filesystem::filesystem_error.
[[nodiscard]] db::Database open_database(const std::filesystem::path& data_dir);

// How long a thread that could not use the database waits before it tries again.
inline constexpr Duration after_database_error = std::chrono::seconds(5);

// The key that signs unsubscribe links, made at the first call. The database is made before the key, so that
// an empty database beside a key has always been emptied by somebody. If mail was sent from the database and
// the key is missing, the key is `lost`: with a new one no reader could leave by an old mail. Throws as
// open_database() does.
[[nodiscard]] Result<std::string, audience::SecretKeyError> secret_key(const std::filesystem::path& data_dir,
                                                                       Random& random);
// The same, and behind it those that it replaced, the newest first.
[[nodiscard]] Result<std::vector<std::string>, audience::SecretKeyError> secret_keys(
    const std::filesystem::path& data_dir, Random& random);

// Describes the problem if the database's file exists and is empty, beside a key that has been used.
// Otherwise empty.
[[nodiscard]] std::string emptiness_of(const std::filesystem::path& data_dir);

// What to do about a database that is damaged.
inline constexpr auto mending_a_database =
    "Restore a backup of it, or repair a copy with `sqlite3 paperround.db .recover`";

struct LockError {
    enum class Code {
        held,         // another daemon runs
        not_offered,  // the file system has no locks
        not_to_be_had,
    };
    Code code;
    std::error_code reason;  // the system's error; none for `held`
    std::string message;     // one line: who holds it, or why it cannot be locked and what to do
};

// Held for as long as the daemon runs; the kernel releases it however the daemon ends. It locks the file
// `lock` and the folder itself: otherwise removing the file would let in a second daemon.
class DataDirectoryLock {
  public:
    // Makes the directory if it is missing. Throws std::filesystem::filesystem_error if that fails.
    [[nodiscard]] static Result<DataDirectoryLock, LockError> acquire(const std::filesystem::path& data_dir);

  private:
    DataDirectoryLock(Descriptor file, Descriptor folder)
        : file_(std::move(file)), folder_(std::move(folder)) {}
    Descriptor file_;
    Descriptor folder_;
};

}  // namespace paperround::pipeline
