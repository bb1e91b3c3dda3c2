// The data directory of one daemon: the database, the secret key, and the lock that keeps a second daemon
// out.
#pragma once

#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"
#include "db/database.hpp"

namespace paperround::pipeline {

// Makes the directory where it is missing (mode 0700), opens the database in it and brings its tables up to
// date. Throws db::Error or std::filesystem::filesystem_error.
[[nodiscard]] db::Database open_database(const std::filesystem::path& data_dir);

// Held for as long as the daemon runs; the kernel releases it however the daemon ends.
class DataDirectoryLock {
  public:
    // The failure is one line: who holds it, or why it cannot be taken.
    [[nodiscard]] static Result<DataDirectoryLock, std::string> acquire(
        const std::filesystem::path& data_dir);

  private:
    explicit DataDirectoryLock(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
};

}  // namespace paperround::pipeline
