#include "pipeline/data_directory.hpp"

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
#include "post/post_store.hpp"
#include "queue/provider_store.hpp"
#include "queue/queue_store.hpp"

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

// For whoever finds it locked. It may be unknown: a full disk keeps nobody from running.
void write_holder(const Descriptor& file) {
    const std::string holder = fmt::format("{}\n", ::getpid());
    if (::ftruncate(file.get(), 0) != 0) return;
    const auto written = ::pwrite(file.get(), holder.data(), holder.size(), 0);
    // Half a number would name another process.
    if (written != static_cast<ssize_t>(holder.size())) std::ignore = ::ftruncate(file.get(), 0);
}

}  // namespace

db::Database open_database(const std::filesystem::path& data_dir) {
    make_directory(data_dir);
    auto database = db::Database::open(data_dir / "paperround.db");
    post::PostStore::migrate(database);
    audience::AudienceStore::migrate(database);
    queue::QueueStore::migrate(database);
    queue::ProviderStore::migrate(database);
    return database;
}

Result<DataDirectoryLock, std::string> DataDirectoryLock::acquire(const std::filesystem::path& data_dir) {
    make_directory(data_dir);
    const auto path = data_dir / "lock";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.open()) return failure(fmt::format("{}: cannot open: {}", path.string(), std::strerror(errno)));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return failure(fmt::format("{}: another daemon runs on this data directory (process {})",
                                   data_dir.string(), holder_of(file)));
    }
    write_holder(file);
    return DataDirectoryLock(std::move(file));
}

}  // namespace paperround::pipeline
